import { isStructured } from "./value-text.ts";

/** Property to what is left out below it; null: the property itself. */
type Tree = ReadonlyMap<string, Tree | null>;

/**
 * Compiles paths of read-only values into a function that leaves them out. What it is given is not changed; only what
 * holds such a value is copied.
 *
 * @param paths - `[["id"], ["items", "*", "id"]]`; `*` is each element of an array or each value of a map
 */
export function compileReadOnly(paths: readonly (readonly string[])[]): (value: unknown) => unknown {
  const tree = plant(paths);
  return (value) => prune(value, tree);
}

function plant(paths: readonly (readonly string[])[]): Tree {
  const heads = new Set(paths.flatMap(([head]) => (head === undefined ? [] : [head])));
  return new Map(
    [...heads].map((head) => {
      const tails = paths.filter((path) => path[0] === head).map((path) => path.slice(1));
      return [head, tails.some((tail) => tail.length === 0) ? null : plant(tails)];
    }),
  );
}

function prune(value: unknown, tree: Tree): unknown {
  if (!isStructured(value)) return value;
  const each = tree.get("*");
  if (Array.isArray(value)) return each ? value.map((item) => prune(item, each)) : value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const below = tree.get(key);
    if (below === null) return [];
    const kept = below === undefined ? item : prune(item, below);
    return [[key, each ? prune(kept, each) : kept]];
  });
  return Object.fromEntries(entries);
}
