import { isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { parsePointer } from "../document.ts";
import type { Position } from "../errors.ts";

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

function offsetOf(contents: Node | null, parts: readonly string[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of parts) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
      : undefined;
    const next = pair?.value ?? (isCollection(node) ? node.get(Number(part), true) : undefined);
    const mark = (pair?.key ?? next) as Node | undefined;
    if (mark === undefined) break;
    offset = mark.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}
