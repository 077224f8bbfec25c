import type { Excerpt } from "./excerpt.ts";
import { visible } from "./visible.ts";

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
  | "ERR_OUTPUT_PATH"
  | "ERR_MANAGER_UNREADABLE";

/** A place in a file that the user wrote; lines and columns count from 1. */
export interface Position {
  /** Absolute path, or the URL of a remote document. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of the first character behind what is there, on the same line; undefined where that is not known. */
  readonly endColumn?: number;
  /** The lines there, as they were read; undefined where they are not known, or not to be shown. */
  readonly excerpt?: Excerpt;
}

/** What of an entry is meant: its value, or the key that it has. */
export type Aspect = "key" | "value";

/** One thing to mend, or to know. */
export interface Diagnostic extends Position {
  readonly severity: "error" | "warning";
  /** JSON pointer of the value in question; in a config its path, as `a["b.c"].d`; empty for the file itself. */
  readonly pointer: string;
  /** What is wrong. */
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
  /** Absolute paths in the message: to be made relative where `file` is. */
  readonly mentions?: readonly string[];
  /** Further places at which the same is wrong, and which no diagnostic is about. */
  readonly more?: number;
}

/** What a diagnostic says of the place that it is about. Default: an error about the file itself. */
export interface Finding {
  readonly severity?: Diagnostic["severity"];
  readonly pointer?: string;
  /** Whether it is the key that is wrong: that is where the place should be. Default: the value. */
  readonly about?: Aspect;
  readonly message: string;
  readonly fix: string;
  readonly mentions?: readonly string[] | undefined;
  readonly more?: number;
}

/** Puts a finding where it was found. */
export function diagnosticAt(at: Position, finding: Finding): Diagnostic {
  const { severity = "error", pointer = "", message, fix, mentions, more = 0 } = finding;
  const { file, line, column, endColumn, excerpt } = at;
  return {
    severity,
    file,
    line,
    column,
    ...(endColumn !== undefined && { endColumn }),
    pointer,
    message,
    fix,
    ...(mentions !== undefined && { mentions }),
    ...(more > 0 && { more }),
    ...(excerpt !== undefined && { excerpt }),
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
  const { place, severity, text, fix } = describe(diagnostic);
  return `${place}: ${severity}: ${text} (${fix})`;
}

/** The parts of that line, each fit to be printed. */
export interface Description {
  readonly place: string;
  readonly severity: Diagnostic["severity"];
  readonly text: string;
  readonly fix: string;
}

export function describe({
  file,
  line,
  column,
  severity,
  pointer,
  message,
  fix,
  more,
}: Diagnostic): Description {
  const where = pointer === "" ? "" : `${printable(pointer)}: `;
  const also = more === undefined ? "" : ` (and at ${more} more places)`;
  return {
    place: `${visible(file)}:${line}:${column}`,
    severity,
    text: where + printable(message) + also,
    fix: printable(fix),
  };
}

/** What a document says must not move the cursor of a terminal, nor fill it: escapes, line breaks, endless names. */
function printable(text: string): string {
  const shown = visible(text);
  if (shown.length <= MAX_PRINTED) return shown;
  const half = MAX_PRINTED / 2;
  return `${shown.slice(0, half)}…${shown.slice(-half)}`;
}

const MAX_PRINTED = 1000;

/** How to mend what only a defect of the generator can cause. */
export const REPORT_DEFECT = "a document must not be able to cause this: please report it";

/** The caught value's message, for a sentence of our own; the value itself belongs in `cause`. */
export function reasonOf(caught: unknown): string {
  if (!(caught instanceof Error)) return String(caught);
  // Where the sentence is about a file, it names the file.
  return "syscall" in caught ? caught.message.replace(/, \w+( '.*)?$/s, "") : caught.message;
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
