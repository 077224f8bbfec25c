import { parsePointer } from "../document.ts";
import { type Position, startOf } from "../errors.ts";
import { positionInJson } from "./json-position.ts";
import { indexText, type TextIndex } from "./text-index.ts";

/** From so many questions on, an index of the text is cheaper than reading it for each. */
const FEW = 8;

export interface LocateOptions {
  /** Whether the text is JSON in which no key is there twice. Default: false. */
  readonly isPlainJson?: boolean;
}

/**
 * Finds the line and column of a JSON pointer: of its key, or of the nearest one above it that is there.
 *
 * Most documents have nothing to tell of, so nothing is read before the first question.
 */
export function locateIn(
  file: string,
  text: string,
  { isPlainJson = false }: LocateOptions = {},
): (pointer: string) => Position {
  let questions = 0;
  let index: TextIndex | null | undefined;
  const find = (path: readonly string[]): Position => {
    questions += 1;
    const position = isPlainJson && questions <= FEW ? positionInJson(text, path) : undefined;
    if (position !== undefined) return { file, ...position };
    if (index === undefined) index = indexText(text) ?? null;
    return index === null ? startOf(file) : { file, ...index.positionOf(path) };
  };
  let last: { readonly pointer: string; readonly position: Position } | undefined;
  return (pointer) => {
    // Of one place there is often more to tell than one thing.
    if (last?.pointer !== pointer) last = { pointer, position: find(parsePointer(pointer) ?? []) };
    return last.position;
  };
}
