import { LimitError, MAX_DEPTH, MAX_NODES, tooDeep } from "./limits.ts";
import { positionAt, type TextPosition } from "./text-position.ts";

/** What a text of JSON holds, as far as its punctuation says. */
export interface JsonScan {
  readonly keys: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * Counts before anything is built: much faster than parsing, and nothing of the text can make it take memory.
 *
 * @throws {LimitError}
 */
export function scanJson(text: string): JsonScan {
  let keys = 0;
  let nodes = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === COLON) keys += 1;
    else if (code === COMMA) nodes += 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      nodes += 1;
      if (depth > MAX_DEPTH) throw tooDeep(positionAt(text, { start: index }));
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  if (nodes > MAX_NODES) throw new LimitError("has too many values");
  return { keys };
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** Numbers beyond what a number can be become the largest that it can be: no literal says infinity. */
export function parseJson(text: string): unknown {
  if (!/[:[,]\s*-?[\d.]+e\+?\d{3}/i.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) => {
    if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
    return value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value;
  });
}

/** JSON.parse keeps the last of them: then it has fewer keys than the text. */
export function hasDuplicateKeys(value: unknown, { keys }: JsonScan): boolean {
  let found = 0;
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const parts = Object.values(next);
    if (!Array.isArray(next)) found += parts.length;
    for (const part of parts) if (typeof part === "object" && part !== null) open.push(part);
  }
  return found < keys;
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none in a string
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null)/iy;

/**
 * Where a text stops being JSON; V8 does not always say.
 *
 * @see RFC 8259 §2
 */
export function findJsonError(text: string): TextPosition {
  TOKEN.lastIndex = 0;
  let end = 0;
  const open: string[] = [];
  let expected = VALUE;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, mark, string] = match;
    const kind = mark ?? (string === undefined ? "literal" : "string");
    const next = step(kind, expected, open);
    if (next === undefined) break;
    expected = next;
    end = TOKEN.lastIndex;
  }
  const space = /^[ \t\r\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  return positionAt(text, { start: end + space });
}

const VALUE = "{[sl";
const AFTER = ",}]";

/** @returns the first letters of the kinds of token that may come next; undefined when this one may not come */
function step(kind: string, expected: string, open: string[]): string | undefined {
  const letter = kind[0] ?? "";
  if (!expected.includes(letter)) return undefined;
  if (letter === "{" || letter === "[") open.push(letter);
  if (letter === "{") return "k}s";
  if (letter === "[") return `${VALUE}]`;
  if (letter === ":") return VALUE;
  const container = open.at(-1);
  if (letter === ",") return container === "{" ? "ks" : container === "[" ? VALUE : undefined;
  if (letter === "}" || letter === "]") {
    if (open.pop() !== (letter === "}" ? "{" : "[")) return undefined;
    return AFTER;
  }
  return expected.includes("k") ? ":" : AFTER;
}
