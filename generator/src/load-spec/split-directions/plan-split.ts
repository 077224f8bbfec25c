import type { JsonObject } from "../../document.ts";
import { firstFree } from "../../names.ts";
import type { OperationSchema } from "../../operation-schemas.ts";
import { reachableFrom, refsIn } from "../../schema-refs.ts";
import type { PropertyFlags } from "./property-flags.ts";

/** Which component schemas are not the same in requests and responses, and what becomes of them. */
export interface SplitPlan {
  /** Those that only requests use: their own name is that of what is sent. */
  readonly onlySent: ReadonlySet<string>;
  /** What a schema is called in requests. */
  readonly requestName: (name: string) => string;
  /** Whether values of a schema can have properties that one of the directions leaves out, at any depth. */
  readonly isAffected: (schema: unknown) => boolean;
}

/**
 * Decides which component schemas are split: those that requests and responses both use and that lead to a property
 * which one of them leaves out.
 *
 * @param options.used - those of the document's operations
 */
export function planSplit(
  schemas: JsonObject,
  { flags, used }: { flags: PropertyFlags; used: readonly OperationSchema[] },
): SplitPlan {
  const affected = affectedBy(schemas, flags);
  const [sent, received] = (["request", "response"] as const).map((direction) => {
    const own = used.filter((schema) => schema.direction === direction);
    return reachableFrom(new Set(own.map(({ schema }) => schema)), schemas);
  }) as [Set<string>, Set<string>];
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(schemas));
  for (const name of affected) {
    if (!sent.has(name) || !received.has(name)) continue;
    const writable = firstFree(`${name}Writable`, (free) => taken.has(free));
    taken.add(writable);
    names.set(name, writable);
  }
  return {
    onlySent: new Set([...affected].filter((name) => sent.has(name) && !received.has(name))),
    requestName: (name) => names.get(name) ?? name,
    isAffected: (schema) => flags.areIn(schema) || [...refsIn(schema)].some((name) => affected.has(name)),
  };
}

/** The schemas that have such properties, and those that lead to them. */
function affectedBy(schemas: JsonObject, flags: PropertyFlags): Set<string> {
  const users = new Map<string, string[]>();
  for (const [user, schema] of Object.entries(schemas)) {
    for (const used of refsIn(schema)) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [user]);
      else known.push(user);
    }
  }
  const affected = new Set(Object.keys(schemas).filter((name) => flags.areIn(schemas[name])));
  for (const name of affected) for (const user of users.get(name) ?? []) affected.add(user);
  return affected;
}
