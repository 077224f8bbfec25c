import { createRequire } from "node:module";

const TAB = 2;

/** Columns that a text takes on a terminal: a wide character two, one that is put on top of another none. */
export function columnsOf(text: string): number {
  // Most lines are plain, and to load what knows all others takes longer than a run with nothing to do may.
  return /^[\x20-\x7e]*$/.test(text) ? text.length : library().default(text);
}

const library = () => createRequire(import.meta.url)("string-width") as typeof import("string-width");

/** A text without its tabs, as it begins at a column. */
export function withoutTabs(text: string, from: number): string {
  let result = "";
  for (const [index, part] of text.split("\t").entries()) {
    if (index > 0) result += " ".repeat(TAB - ((from + columnsOf(result)) % TAB));
    result += part;
  }
  return result;
}

/** As much of the beginning of a text as fits. */
export function firstColumns(text: string, columns: number): string {
  let taken = 0;
  let result = "";
  for (const character of charactersOf(text)) {
    taken += columnsOf(character);
    if (taken > columns) break;
    result += character;
  }
  return result;
}

/** As much of the end of a text as fits. */
export function lastColumns(text: string, columns: number): string {
  let taken = 0;
  let result = "";
  for (const character of charactersOf(text).toReversed()) {
    taken += columnsOf(character);
    if (taken > columns) break;
    result = character + result;
  }
  return result;
}

/** As readers count them. */
function charactersOf(text: string): string[] {
  return [...new Intl.Segmenter("en").segment(text)].map(({ segment }) => segment);
}
