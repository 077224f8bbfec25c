/** A place in a text; lines and columns count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Where in a text an offset is: lines end as those of JSON and YAML do. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let start = 0;
  for (const end of text.slice(0, offset).matchAll(LINE_END)) {
    line += 1;
    start = end.index + end[0].length;
  }
  return { line, column: offset - start + 1 };
}

export const LINE_END = /\r\n|[\n\r]/g;
