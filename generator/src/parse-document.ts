import { formatPointer, isObject, type JsonObject } from "./document.ts";
import { type Diagnostic, diagnosticAt, errorAt, type Position, reasonOf, startOf } from "./errors.ts";
import { adviceFor } from "./parse-document/advice.ts";
import { checkAliases, LimitError, MAX_NODES } from "./parse-document/limits.ts";
import { type Locate, locateIn } from "./parse-document/locate.ts";
import { findJsonError, hasDuplicateKeys, parseJson, scanJson } from "./parse-document/parse-json.ts";
import { parseYaml, YamlError } from "./parse-document/parse-yaml.ts";
import { indexText } from "./parse-document/text-index.ts";
import { withExcerpt } from "./parse-document/text-position.ts";

export type { Locate } from "./parse-document/locate.ts";
export { positionAt, withExcerpt } from "./parse-document/text-position.ts";

/** What a file says, and what is odd about how it says it. */
export interface ParsedDocument {
  /** Objects may be shared (YAML's aliases), but are never part of themselves. */
  readonly document: JsonObject;
  /** Where the value at a JSON pointer is; the nearest above it that is there. */
  readonly locate: Locate;
  readonly warnings: readonly Diagnostic[];
}

/** More of the same would tell nothing new. */
const MAX_DUPLICATES = 20;

/**
 * Parses JSON or YAML 1.2. What YAML has beyond JSON becomes JSON: dates are strings, keys are what is written
 * (`200`, `1.0`, `yes`), `<<` is merged. Of a key that is there twice, the last one counts, with a warning.
 *
 * Time and memory are bounded, however aliases and brackets are nested.
 *
 * @param file - for messages, and to know JSON by its name
 * @throws {GeneratorError} `ERR_DOCUMENT_UNREADABLE` with line and column; `ERR_DOCUMENT_INVALID` beyond the limits
 */
export function parseDocument(file: string, text: string): ParsedDocument {
  try {
    const { value, warnings, isPlainJson = false } = text.trim() === "" ? EMPTY : parse(file, text);
    if (isObject(value)) return { document: value, warnings, locate: locateIn(file, text, { isPlainJson }) };
  } catch (cause) {
    if (!(cause instanceof LimitError || cause instanceof YamlError)) throw cause;
    const isLimit = cause instanceof LimitError;
    const code = isLimit ? "ERR_DOCUMENT_INVALID" : "ERR_DOCUMENT_UNREADABLE";
    const { message, position } = cause;
    const at = position === undefined ? startOf(file) : { file, ...withExcerpt(text, position) };
    throw errorAt(code, at, { message, fix: isLimit ? cause.fix : adviceFor(message) }, { cause });
  }
  throw errorAt("ERR_DOCUMENT_UNREADABLE", startIn(file, text), describeOther(text));
}

function startIn(file: string, text: string): Position {
  const start = startOf(file);
  return text.trim() === "" ? start : { ...start, ...withExcerpt(text, start) };
}

interface Parsed {
  readonly value: unknown;
  readonly warnings: readonly Diagnostic[];
  /** Whether it is JSON in which no key is there twice. Default: false. */
  readonly isPlainJson?: boolean;
}

const EMPTY: Parsed = { value: undefined, warnings: [] };

function parse(file: string, text: string): Parsed {
  if (/^\s*[{[]/.test(text)) return parseBracketed(file, text);
  return parseYamlText(file, text);
}

/** JSON is YAML too, but parsed much faster; what only begins like it may still be a YAML flow mapping. */
function parseBracketed(file: string, text: string): Parsed {
  const scan = scanJson(text);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    return parseAlmostJson(file, text, reasonOf(cause));
  }
  if (!hasDuplicateKeys(value, scan)) return { value, warnings: [], isPlainJson: true };
  return { value, warnings: duplicateWarnings(file, text) };
}

/** Trailing commas and comments are no JSON, but YAML has both. */
function parseAlmostJson(file: string, text: string, reason: string): Parsed {
  const isNamedJson = /\.json$/i.test(file);
  try {
    const { value, warnings } = parseYamlText(file, text);
    if (!isNamedJson) return { value, warnings };
    const finding = { severity: "warning", message: `is no JSON, but YAML: ${reason}` } as const;
    const fix = "correct it, or name the file .yaml";
    const warning = diagnosticAt({ file, ...findJsonError(text) }, { ...finding, fix });
    return { value, warnings: [warning, ...warnings] };
  } catch (cause) {
    if (!isNamedJson || !(cause instanceof YamlError)) throw cause;
    throw new YamlError(reason, findJsonError(text), { cause });
  }
}

function parseYamlText(file: string, text: string): Parsed {
  checkNodeCount(text);
  const { value, hasDuplicates } = parseYaml(text);
  checkAliases(value);
  return { value, warnings: hasDuplicates ? duplicateWarnings(file, text) : [] };
}

/** Every value has a line, a comma, a bracket, a colon or a dash of its own: a bound, before anything is built. */
function checkNodeCount(text: string): void {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7b) continue;
    if (code === 0x0a || code === 0x2c || code === 0x5b || code === 0x7b) count += 1;
    else if ((code === 0x2d || code === 0x3a) && text.charCodeAt(index + 1) === 0x20) count += 1;
  }
  if (count > MAX_NODES) throw new LimitError("has too many values");
}

function duplicateWarnings(file: string, text: string): Diagnostic[] {
  const index = indexText(text);
  const found = index?.duplicateKeys(MAX_DUPLICATES + 1) ?? [];
  const fix = "remove or rename one";
  return found.slice(0, MAX_DUPLICATES).map((duplicate, count) => {
    const pointer = formatPointer(duplicate.path);
    const isLast = count === MAX_DUPLICATES - 1 && found.length > MAX_DUPLICATES;
    const more = isLast ? "; so are further keys of the file" : "";
    const message = `the key is there twice; the last one counts${more}`;
    return diagnosticAt({ file, ...duplicate.position }, { severity: "warning", pointer, message, fix });
  });
}

function describeOther(text: string): { message: string; fix: string } {
  if (text.trim() === "")
    return { message: "is empty", fix: "write something into it, or name another file" };
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(text))
    return { message: "is a web page, no JSON or YAML", fix: "name the document's own address" };
  return { message: "is no JSON or YAML object", fix: "write `{ ... }` in JSON, `key: value` in YAML" };
}
