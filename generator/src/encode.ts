import { errorAt, REPORT_DEFECT, startOf } from "./errors.ts";
import { isIdentifier } from "./names.ts";
import { escapeHidden } from "./visible.ts";

/*
 * A document's text enters generated code in one of these ways and no other: as a string literal, as an identifier,
 * as a line of a comment, or as a path in one.
 */

/** A string literal in double quotes; also right as JSON. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/**
 * A name, as it is.
 *
 * @throws {GeneratorError} `ERR_OUTPUT_UNSAFE` when the text is no identifier: whoever chose the name has a defect
 */
export function identifier(text: string): string {
  if (isIdentifier(text)) return text;
  const message = `${stringLiteral(text)} cannot be a name in generated code; nothing was written`;
  throw errorAt("ERR_OUTPUT_UNSAFE", startOf("generated code"), { message, fix: REPORT_DEFECT });
}

/** A key of an object literal; `__proto__` is computed, because plain it would set the prototype. */
export function propertyKey(text: string): string {
  if (text === "__proto__") return '["__proto__"]';
  return isIdentifier(text) ? text : stringLiteral(text);
}

/**
 * The lines of a comment: nothing in them ends it, starts a JSDoc tag or a directive for the compiler.
 *
 * @returns one entry a line, trimmed at the end, without empty lines at either end
 */
export function commentLines(text: string): string[] {
  return text
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll(CONTROL, " ").replaceAll("*/", "*\\/").replaceAll(TAG, "\\@").trimEnd());
}

/** `commentLines` where a comment has just one. */
export function commentLine(text: string): string {
  return commentLines(text).join(" ");
}

/** A path in a `//` comment, escaped as in JSON where it would end a line or a comment, or not show. */
export function commentPath(path: string): string {
  return escapeHidden(stringLiteral(path).slice(1, -1).replaceAll("*/", "*\\/"), unicodeEscape);
}

/** The very path that `commentPath` was given; undefined for what it does not write. */
export function parseCommentPath(text: string): string | undefined {
  try {
    const path: unknown = JSON.parse(`"${text}"`);
    return typeof path === "string" ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Code in which nothing is hidden from whoever reviews it: what would move a terminal's cursor, turn the direction of
 * text, or take no room, is escaped as in JSON. Means the same, where only string literals and comments have it.
 */
export function showInvisible(code: string): string {
  // Most code has none, and some is of many megabytes.
  if (!/[^\t\n\x20-\x7e]/.test(code)) return code;
  return code.replaceAll(/[^\t\n]+/g, (text) => escapeHidden(text, unicodeEscape));
}

/** By the halves of a surrogate pair. */
function unicodeEscape(character: string): string {
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return `\\u${units.join("\\u")}`;
}

/** Escapes of terminals and bidirectional overrides: text that a reader would see otherwise than it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** TypeScript reads `@word` after white space as a tag, `@ts-expect-error` and `@deprecated` among them. */
const TAG = /(?<=^|[\s*/])@/g;
