import { type Excerpt, excerptAt } from "../excerpt.ts";

/** A place in a text; lines and columns count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  /** Of the first character behind what is there, on the same line; undefined where that is not known. */
  readonly endColumn?: number;
  /** The lines there; undefined where nobody looked. */
  readonly excerpt?: Excerpt;
}

/** What is at a place, as offsets in the text. */
export interface TextRange {
  readonly start: number;
  /** Behind its last character; undefined where that is not known. */
  readonly end?: number;
}

/** Where in a text something is: lines end as those of JSON and YAML do. */
export function positionAt(text: string, range: TextRange): TextPosition {
  return positionIn(text, lineStartsOf(text.slice(0, range.start)), range);
}

/** As `positionAt`, where it is known already where lines start. */
export function positionIn(text: string, lines: readonly number[], { start, end }: TextRange): TextPosition {
  const line = lastAtMost(lines, start) + 1;
  const lineStart = lines[line - 1] ?? 0;
  const column = start - lineStart + 1;
  const isKnown = end !== undefined && end > start;
  return {
    line,
    column,
    ...(isKnown && { endColumn: column + lengthWithin(text, start, end) }),
    excerpt: excerptAt(text, { offset: start, line, start: lineStart }),
  };
}

/** The position with the lines around it, of one that somebody else says. */
export function withExcerpt(text: string, { line, column }: TextPosition): TextPosition {
  const lines = lineStartsOf(text);
  const start = lines[line - 1];
  if (start === undefined) return { line, column };
  const offset = Math.min(start + column - 1, text.length);
  return { line, column, excerpt: excerptAt(text, { offset, line, start }) };
}

export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (const { 0: end, index } of text.matchAll(/\r\n|[\n\r]/g)) starts.push(index + end.length);
  return starts;
}

/** Of what is longer than its line, as much as is on it. */
function lengthWithin(text: string, start: number, end: number): number {
  const length = text.slice(start, end).search(/[\n\r]/);
  return length < 0 ? end - start : length;
}

/** The place in a sorted list of the last number that is not more. */
function lastAtMost(sorted: readonly number[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= number) low = middle;
    else high = middle;
  }
  return low;
}
