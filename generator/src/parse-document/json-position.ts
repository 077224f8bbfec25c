import type { Aspect } from "../errors.ts";
import { positionAt, type TextPosition, type TextRange } from "./text-position.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * Where in a text of JSON the value at a path is: its key if it is more than a line, or that is what is asked for. Keys
 * must be there once only.
 *
 * It reads past everything else, and remembers nothing: for a few questions about a large text, that is cheaper than an
 * index of all of it.
 *
 * @returns undefined for a path that leads nowhere, or a text that is no JSON
 */
export function positionInJson(
  text: string,
  path: readonly string[],
  aspect: Aspect,
): TextPosition | undefined {
  const root = skipSpace(text, 0);
  let entry: Entry | undefined = { mark: root, value: root };
  for (const part of path) {
    entry = entryAt(text, entry.value, part);
    if (entry === undefined) return undefined;
  }
  return positionAt(text, rangeOf(text, entry, aspect));
}

function rangeOf(text: string, { mark, value }: Entry, aspect: Aspect): TextRange {
  const isBeside = !/[\n\r]/.test(text.slice(mark, value));
  if ((aspect === "value" && isBeside) || mark === value) {
    const [scalar] = SCALAR.exec(text.slice(value, value + MAX_MARKED)) ?? [];
    if (scalar !== undefined) return { start: value, end: value + scalar.length };
  }
  return mark === value ? { start: mark } : { start: mark, end: skipString(text, mark) };
}

/** Of a string that is longer, its beginning. */
const SCALAR = /^(?:"(?:[^"\\]|\\.)*(?:"|$)|[-\w.+]+)/s;

/** More than is ever shown. */
const MAX_MARKED = 1_000;

interface Entry {
  /** Of its key; of an item, of the item itself. */
  readonly mark: number;
  readonly value: number;
}

function entryAt(text: string, start: number, name: string): Entry | undefined {
  if (text[start] === "{") return propertyAt(text, start, name);
  return text[start] === "[" ? itemAt(text, start, Number(name)) : undefined;
}

function propertyAt(text: string, start: number, name: string): Entry | undefined {
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const end = skipString(text, at);
    const colon = skipSpace(text, end);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const value = skipSpace(text, colon + 1);
    if (isKey(text, at, end, name)) return { mark: at, value };
    at = afterComma(text, skipValue(text, value));
  }
  return undefined;
}

function itemAt(text: string, start: number, index: number): Entry | undefined {
  let at = skipSpace(text, start + 1);
  for (let count = 0; at < text.length && text[at] !== "]"; count += 1) {
    if (count === index) return { mark: at, value: at };
    at = afterComma(text, skipValue(text, at));
  }
  return undefined;
}

function isKey(text: string, start: number, end: number, name: string): boolean {
  if (end - start - 2 === name.length && text.startsWith(name, start + 1)) return true;
  const key = text.slice(start, end);
  return key.includes("\\") && JSON.parse(key) === name;
}

/** The next entry, or the bracket that ends the list of them. */
function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    // A number or a word ends before the comma or the bracket; anything else with its own last character.
    if (depth < 0) return at;
    if (depth === 0 && (code === QUOTE || code === 0x7d || code === 0x5d)) return at + 1;
    if (depth === 0 && code === COMMA) return at;
  }
  return text.length;
}

/** Past the quote that ends it. */
function skipString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
