import { asArray, isObject, type JsonObject, refOf } from "../document.ts";
import { schemaNamed } from "../schema-refs.ts";

const COMPOSITIONS = ["allOf", "anyOf", "oneOf"] as const;

/** TypeScript gives up on types at some hundreds of levels. */
const MAX_LEVELS = 200;

/** Why a part of a schema is left out: it is made of itself, or of too many others, one of the other. */
export type CutReason = "cycle" | "depth";

/**
 * Leaves out of every schema what it is made of itself: `A: $ref A`, or `A: allOf [B]` with `B: allOf [A]`. Such a
 * schema says nothing by that, and has no type. A schema that holds itself, as a property or an item, stays.
 *
 * What is made of others hundreds of levels deep is cut as well: no compiler follows that far.
 *
 * @param report - told the name of each schema that something was left out of
 */
export function cutCycles(
  schemas: JsonObject,
  report: (name: string, reason: CutReason) => void,
): JsonObject {
  const state: State = { schemas, done: new Map(), open: new Set(), deep: new Set() };
  let isChanged = false;
  const entries = Object.keys(schemas).map((name): [string, unknown] => {
    const cut = cutAt(state, name);
    if (cut !== schemas[name]) {
      isChanged = true;
      report(name, state.deep.has(name) ? "depth" : "cycle");
    }
    return [name, cut];
  });
  return isChanged ? Object.fromEntries(entries) : schemas;
}

interface State {
  readonly schemas: JsonObject;
  readonly done: Map<string, unknown>;
  /** What leads to the schema that is looked at. */
  readonly open: Set<string>;
  /** Those that lost a part that is none of what leads to them. */
  readonly deep: Set<string>;
}

function cutAt(state: State, name: string): unknown {
  const known = state.done.get(name);
  if (known !== undefined) return known;
  state.open.add(name);
  const cut = withoutOpen(state, state.schemas[name]) ?? {};
  state.open.delete(name);
  state.done.set(name, cut);
  return cut;
}

/** Undefined for a reference to a schema that is made of this one, or at the end of too many. */
function withoutOpen(state: State, schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const name = schemaNamed(refOf(schema));
  if (name !== undefined && state.open.has(name)) return undefined;
  if (name !== undefined && state.open.size > MAX_LEVELS) {
    // The last that was opened is the one whose part this is.
    for (const user of [...state.open].slice(-1)) state.deep.add(user);
    return undefined;
  }
  if (name !== undefined && Object.hasOwn(state.schemas, name)) cutAt(state, name);
  let result = schema;
  for (const key of COMPOSITIONS) {
    const members = asArray(schema[key]);
    if (members.length === 0) continue;
    const kept = members.map((member) => withoutOpen(state, member)).filter((member) => member !== undefined);
    if (kept.length === members.length && kept.every((member, index) => member === members[index])) continue;
    const { [key]: _, ...rest } = result;
    result = kept.length > 0 ? { ...rest, [key]: kept } : rest;
  }
  return result;
}
