/** What went wrong, as a name to branch on. */
export type GeneratorErrorCode =
  | "ERR_CONFIG_NOT_FOUND"
  | "ERR_CONFIG_UNREADABLE"
  | "ERR_CONFIG_INVALID"
  | "ERR_DOCUMENT_UNREADABLE"
  | "ERR_DOCUMENT_VERSION"
  | "ERR_DOCUMENT_REF"
  | "ERR_DOCUMENT_EMPTY"
  | "ERR_DOCUMENT_INVALID"
  | "ERR_MAPPING_SCHEME"
  | "ERR_MAPPING_SCOPE"
  | "ERR_OUTPUT_UNSAFE"
  | "ERR_OUTPUT_PATH";

/** A place in a file that the user wrote; lines and columns count from 1. */
export interface Position {
  /** Absolute path, or the URL of a remote document. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing to mend, or to know. */
export interface Diagnostic extends Position {
  readonly severity: "error" | "warning";
  /** JSON pointer of the value in question; in a config its path, as `a["b.c"].d`; empty for the file itself. */
  readonly pointer: string;
  /** What is wrong. */
  readonly message: string;
  /** How to mend it. */
  readonly fix?: string;
  /** Absolute paths in the message: to be made relative where `file` is. */
  readonly mentions?: readonly string[];
}

/** What a diagnostic says of the place that it is about. Default: an error about the file itself. */
export interface Finding {
  readonly severity?: Diagnostic["severity"];
  readonly pointer?: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly mentions?: readonly string[] | undefined;
}

/** Puts a finding where it was found. */
export function diagnosticAt(at: Position, finding: Finding): Diagnostic {
  const { severity = "error", pointer = "", message, fix, mentions } = finding;
  const { file, line, column } = at;
  return {
    severity,
    file,
    line,
    column,
    pointer,
    message,
    ...(fix !== undefined && { fix }),
    ...(mentions !== undefined && { mentions }),
  };
}

/** The place of what is about a file as a whole. */
export function startOf(file: string): Position {
  return { file, line: 1, column: 1 };
}

/**
 * Generation stopped; nothing was written.
 *
 * Carries every problem found up to that point, so that one run shows them all.
 */
export class GeneratorError extends Error {
  override readonly name = "GeneratorError";
  readonly code: GeneratorErrorCode;
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: GeneratorErrorCode, diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map(formatDiagnostic).join("\n"), options);
    this.code = code;
    this.diagnostics = diagnostics;
  }
}

/** An error of one finding. */
export function errorAt(
  code: GeneratorErrorCode,
  at: Position,
  finding: Finding,
  options?: ErrorOptions,
): GeneratorError {
  return new GeneratorError(code, [diagnosticAt(at, finding)], options);
}

/**
 * Writes a diagnostic as the one line that editors and terminals link: `file:line:column: severity: message`.
 *
 * @param diagnostic.file - printed in full; make it relative first where that reads better
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, pointer, message, fix } = diagnostic;
  const where = pointer === "" ? "" : `${printable(pointer)}: `;
  const how = fix === undefined ? "" : ` (${printable(fix)})`;
  return `${visible(file)}:${line}:${column}: ${severity}: ${where}${printable(message)}${how}`;
}

/** What a document says must not move the cursor of a terminal, nor fill it: escapes, line breaks, endless names. */
function printable(text: string): string {
  const shown = visible(text);
  if (shown.length <= MAX_PRINTED) return shown;
  const half = MAX_PRINTED / 2;
  return `${shown.slice(0, half)}…${shown.slice(-half)}`;
}

function visible(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Controls, line separators, and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

const MAX_PRINTED = 1000;

/** How to mend what only a defect of the generator can cause. */
export const REPORT_DEFECT = "a document must not be able to cause this: please report it";

/** The caught value's message, for a sentence of our own; the value itself belongs in `cause`. */
export function reasonOf(caught: unknown): string {
  if (!(caught instanceof Error)) return String(caught);
  // Where the sentence is about a file, it names the file.
  return "syscall" in caught ? caught.message.replace(/, \w+ '.*$/s, "") : caught.message;
}

/** A diagnostic with its paths as `shown` has them, those that its message mentions too. */
export function withPaths(diagnostic: Diagnostic, shown: (path: string) => string): Diagnostic {
  const { file, message, mentions = [] } = diagnostic;
  const text = mentions.reduce((before, path) => before.replaceAll(path, () => shown(path)), message);
  return { ...diagnostic, file: shown(file), message: text };
}

/**
 * Maps every item, and only then reports the `GeneratorError`s of all that failed, as one: one run shows the
 * problems of every document. What two items have in common is reported once.
 *
 * @returns the results in the order of the items
 * @throws {GeneratorError} with the code of the first that failed; any other error as it is
 */
export async function mapAll<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  const outcomes = await Promise.allSettled(items.map(async (item) => await map(item)));
  const results: Result[] = [];
  const errors: GeneratorError[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") results.push(outcome.value);
    else if (outcome.reason instanceof GeneratorError) errors.push(outcome.reason);
    else throw outcome.reason;
  }
  const [first] = errors;
  if (first === undefined) return results;
  if (errors.length === 1) throw first;
  const byText = new Map(
    errors.flatMap(({ diagnostics }) => diagnostics.map((entry) => [formatDiagnostic(entry), entry])),
  );
  throw new GeneratorError(first.code, [...byText.values()], { cause: new AggregateError(errors) });
}
