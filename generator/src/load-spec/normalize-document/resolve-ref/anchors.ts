import { isObject, type JsonObject } from "../../../document.ts";

type Index = ReadonlyMap<string, readonly string[]>;

/** Deeper than any schema that has a name. */
const MAX_DEPTH = 1000;

/** Looked for once a file, at the first reference that needs them: few documents have any. */
const anchorsOf = new WeakMap<JsonObject, Index>();
const idsOf = new WeakMap<JsonObject, Index>();

/** Where a file has the `$anchor` or `$dynamicAnchor` of this name; the first, should there be several. */
export function pointerOfAnchor(root: JsonObject, name: string): readonly string[] | undefined {
  return indexOf(anchorsOf, root, ["$anchor", "$dynamicAnchor"]).get(name);
}

/** Where a file has the schema with this `$id`. */
export function pointerOfId(root: JsonObject, id: string): readonly string[] | undefined {
  return indexOf(idsOf, root, ["$id"]).get(id);
}

function indexOf(cache: WeakMap<JsonObject, Index>, root: JsonObject, keys: readonly string[]): Index {
  const known = cache.get(root);
  if (known !== undefined) return known;
  const index = new Map<string, readonly string[]>();
  collect(root, keys, { path: [], index, seen: new Set() });
  cache.set(root, index);
  return index;
}

/** Data that looks like a schema may be among what is found; it harms nobody who does not refer to it. */
function collect(
  value: unknown,
  keys: readonly string[],
  state: {
    readonly path: string[];
    readonly index: Map<string, readonly string[]>;
    readonly seen: Set<unknown>;
  },
): void {
  if (typeof value !== "object" || value === null || state.seen.has(value)) return;
  if (state.path.length > MAX_DEPTH) return;
  state.seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string" && isObject(value) && keys.includes(key) && !state.index.has(inner))
      state.index.set(inner, [...state.path]);
    state.path.push(key);
    collect(inner, keys, state);
    state.path.pop();
  }
}
