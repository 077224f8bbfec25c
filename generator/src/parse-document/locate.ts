import { parsePointer } from "../document.ts";
import { type Aspect, type Position, startOf } from "../errors.ts";
import { positionInJson } from "./json-position.ts";
import { indexText, type TextIndex } from "./text-index.ts";

/** From so many questions on, an index of the text is cheaper than reading it for each. */
const FEW = 8;

export interface LocateOptions {
  /** Whether the text is JSON in which no key is there twice. Default: false. */
  readonly isPlainJson?: boolean;
}

/** Where the value at a JSON pointer is, or its key. */
export type Locate = (pointer: string, aspect?: Aspect) => Position;

/**
 * Finds the place of a JSON pointer, or of the nearest one above it that is there: the value where that is on one line
 * with its key and no object or list, else the key.
 *
 * Most documents have nothing to tell of, so nothing is read before the first question.
 */
export function locateIn(file: string, text: string, { isPlainJson = false }: LocateOptions = {}): Locate {
  let questions = 0;
  let index: TextIndex | null | undefined;
  const find = (path: readonly string[], aspect: Aspect): Position => {
    questions += 1;
    const position = isPlainJson && questions <= FEW ? positionInJson(text, path, aspect) : undefined;
    if (position !== undefined) return { file, ...position };
    if (index === undefined) index = indexText(text) ?? null;
    return index === null ? startOf(file) : { file, ...index.positionOf(path, aspect) };
  };
  let last: { readonly pointer: string; readonly aspect: Aspect; readonly position: Position } | undefined;
  return (pointer, aspect = "value") => {
    // Of one place there is often more to tell than one thing.
    if (last?.pointer !== pointer || last.aspect !== aspect)
      last = { pointer, aspect, position: find(parsePointer(pointer) ?? [], aspect) };
    return last.position;
  };
}
