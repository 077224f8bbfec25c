import { parsePointer } from "../document.ts";
import type { Position } from "../errors.ts";
import { startOf } from "../errors.ts";
import { indexText, type TextIndex } from "./parse-document/text-index.ts";

/**
 * Finds the line and column of a JSON pointer: of its key, or of the nearest one above it that is there.
 * Parsing for positions is slow, so it happens at the first question only.
 */
export function locateIn(file: string, text: string): (pointer: string) => Position {
  let index: TextIndex | null | undefined;
  return (pointer) => {
    if (index === undefined) index = indexText(text) ?? null;
    return index === null ? startOf(file) : { file, ...index.placeOf(parsePointer(pointer) ?? []) };
  };
}
