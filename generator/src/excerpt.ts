/** Lines of a text around a place in it, as they were when it was read. */
export interface Excerpt {
  /** Number of the first of them, counted from 1. */
  readonly firstLine: number;
  readonly lines: readonly ExcerptLine[];
}

/** A line, or the part of a long one that matters. */
export interface ExcerptLine {
  readonly text: string;
  /** Of its first character; 1 unless something before it is left out. */
  readonly column: number;
  /** Whether something behind it is left out. */
  readonly isCut: boolean;
}

/** Lines that are shown before and behind the one that matters. */
const BEFORE = 2;
const AFTER = 1;

/** Characters of a line that are kept: more than a terminal is wide. */
const MAX_LENGTH = 300;

/** Of those, as many are before the place that matters. */
const LEAD = 100;

/** So far is a line's end looked for: a document may be one line of megabytes, and have a thousand mistakes in it. */
const MAX_SEARCH = 4_000;

/**
 * Takes down the lines around an offset: whoever prints them later need not keep the text, nor read it again. Takes no
 * longer for a long text than for a short one.
 *
 * @param place.line - the line of the offset, counted from 1
 * @param place.start - offset of the line's first character
 */
export function excerptAt(
  text: string,
  { offset, line, start }: { readonly offset: number; readonly line: number; readonly start: number },
): Excerpt {
  const before = linesBefore(text, start);
  const from = offset - start > MAX_LENGTH - LEAD ? startOfCharacter(text, offset - LEAD) : start;
  const end = endOfLine(text, offset);
  const marked = cut(text, from, end, from - start + 1);
  const after = end === undefined ? [] : linesAfter(text, end);
  return { firstLine: line - before.length, lines: [...before, marked, ...after] };
}

function linesBefore(text: string, start: number): ExcerptLine[] {
  const lines: ExcerptLine[] = [];
  let next = start;
  while (lines.length < BEFORE && next > 0) {
    const end = isPair(text, next - 2) ? next - 2 : next - 1;
    const from = startOfLine(text, end);
    if (from === undefined) break;
    lines.unshift(cut(text, from, end, 1));
    next = from;
  }
  return lines;
}

function linesAfter(text: string, end: number): ExcerptLine[] {
  const lines: ExcerptLine[] = [];
  let last: number | undefined = end;
  while (lines.length < AFTER && last !== undefined) {
    const from: number = last + (isPair(text, last) ? 2 : 1);
    // Behind the last line end there is nothing.
    if (from >= text.length) break;
    last = endOfLine(text, from);
    lines.push(cut(text, from, last, 1));
  }
  return lines;
}

/** @param end - undefined where it is too far away to know */
function cut(text: string, from: number, end: number | undefined, column: number): ExcerptLine {
  const limit = Math.min(end ?? text.length, from + MAX_LENGTH);
  const isCut = end === undefined || limit < end;
  const last = isCut ? startOfCharacter(text, limit) : limit;
  // What is left out may be half of an address.
  const start = Math.max(from - column + 1, from - MAX_ADDRESS);
  const masked = maskSecrets(text.slice(start, Math.min(last + MAX_ADDRESS, end ?? text.length)));
  return { text: masked.slice(from - start, last - start), column, isCut };
}

const MAX_ADDRESS = 500;

/** User names, passwords and keys in addresses: nobody needs them to find a mistake. Keeps every character's column. */
function maskSecrets(line: string): string {
  return line.replaceAll(SECRET_IN_URL, (secret) => "*".repeat(secret.length));
}

const SECRET_IN_URL =
  /(?<=:\/\/)[^\s/?#"'@]+(?=@)|(?<=[?&][\w.-]{0,40}(?:key|token|secret|password|passwd|signature|sig|code|auth)=)[^\s&#"']+/gi;

function startOfLine(text: string, end: number): number | undefined {
  for (let at = end; at >= Math.max(0, end - MAX_SEARCH); at -= 1) {
    if (at === 0 || isLineEnd(text.charCodeAt(at - 1))) return at;
  }
  return undefined;
}

function endOfLine(text: string, from: number): number | undefined {
  for (let at = from; at < from + MAX_SEARCH; at += 1) {
    if (at >= text.length || isLineEnd(text.charCodeAt(at))) return at;
  }
  return undefined;
}

/** As those of JSON and YAML. */
function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function isPair(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === 0x0a;
}

/** Not the second half of a character that takes two, nor what is put on top of the one before. */
function startOfCharacter(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && at > offset - 10 && /^[\p{M}\p{Cf}\udc00-\udfff]/u.test(text.slice(at, at + 1))) at -= 1;
  return at;
}
