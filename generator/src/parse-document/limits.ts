import type { TextPosition } from "./text-position.ts";

/** Deeper than any document, and not too deep to be walked by functions that call themselves. */
export const MAX_DEPTH = 250;

/** More than any document, aliases counted as often as they are used. */
export const MAX_NODES = 4_000_000;

const LESS = "make several documents of it, and leave out what is no part of the API, such as examples";

/** A document that is more than can be worked with; `position` where that is known. */
export class LimitError extends Error {
  readonly position: TextPosition | undefined;
  readonly fix: string;

  constructor(message: string, position?: TextPosition, fix = LESS) {
    super(message);
    this.position = position;
    this.fix = fix;
  }
}

export function tooDeep(position?: TextPosition): LimitError {
  const fix = "make components of what is inside, and refer to them by $ref";
  return new LimitError(`is nested more than ${MAX_DEPTH} levels deep`, position, fix);
}

/** More than what is written stands for by this much, a document is made to be large rather than to be short. */
const MAX_REPEATED = { times: 10, more: 100_000 };

/** Of a value with all that is in it, aliases counted as often as they are used. */
type Extent = { nodes: number; depth: number };

/**
 * Makes sure of how much a value that may share parts is: a few lines of aliases can stand for billions of values.
 *
 * @throws {LimitError}
 */
export function checkAliases(root: unknown): void {
  const known = new Map<object, Extent>();

  const measure = (value: unknown, level: number): Extent => {
    if (typeof value !== "object" || value === null) return { nodes: 1, depth: 0 };
    if (level > MAX_DEPTH) throw tooDeep();
    const extent = known.get(value) ?? measureParts(value, level);
    if (level + extent.depth > MAX_DEPTH) throw tooDeep();
    return extent;
  };

  const measureParts = (value: object, level: number): Extent => {
    const extent = { nodes: 1, depth: 0 };
    for (const part of Object.values(value)) {
      const { nodes, depth } = measure(part, level + 1);
      extent.nodes += nodes;
      extent.depth = Math.max(extent.depth, depth + 1);
      if (extent.nodes > MAX_NODES) throw new LimitError("has too many values, its aliases followed");
    }
    known.set(value, extent);
    return extent;
  };
  const { nodes } = measure(root, 0);
  let written = 0;
  for (const value of known.keys()) written += 1 + Object.keys(value).length;
  if (nodes > written * MAX_REPEATED.times + MAX_REPEATED.more)
    throw new LimitError("has too many values, its aliases followed");
}
