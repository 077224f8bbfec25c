import { LineCounter, type Node, parseDocument } from "yaml";
import { parsePointer } from "../document.ts";
import type { Position } from "../errors.ts";
import { offsetOf } from "../yaml-offset.ts";

/**
 * Finds the line and column of a JSON pointer: of its key, or of the nearest one above it that is there.
 * Parsing for positions is slow, so it happens at the first question only.
 */
export function locateIn(file: string, text: string): (pointer: string) => Position {
  const lines = new LineCounter();
  let contents: Node | null | undefined;
  return (pointer) => {
    contents ??= parseDocument(text, { lineCounter: lines, uniqueKeys: false }).contents;
    const { line, col } = lines.linePos(offsetOf(contents, parsePointer(pointer) ?? []));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}
