import { asArray, formatRef, isObject, type JsonObject, refOf } from "../../document.ts";
import { isAnnotation } from "../../schema-keywords.ts";
import { schemaNamed } from "../../schema-refs.ts";
import { type Bases, baseOf, commonOf, extendBases, saysNothing } from "./extend-bases.ts";
import { type Edge, edgesInCycles } from "./graph.ts";

/**
 * Lets the members of a union extend what it says besides being one: `Pet: oneOf [Cat]` with `Cat: allOf [Pet, ...]`
 * means that a pet is a cat and that a cat is what all pets are, not that a cat is made of cats.
 *
 * A member that says nothing but that it is one is left to be reported: nobody knows what it is.
 */
export function splitUnions(schemas: JsonObject): JsonObject {
  const bases = basesIn(schemas);
  if (bases.size === 0) return schemas;
  const entries = Object.entries(schemas).flatMap(([name, schema]): [string, unknown][] => {
    if (!isObject(schema)) return [[name, schema]];
    const base = bases.get(name);
    const extending = extendBases(schema, bases);
    if (base === undefined) return [[name, saysNothing(extending) ? schema : extending]];
    return [
      [name, unionWith(schema, base)],
      [base, commonOf(extending)],
    ];
  });
  return Object.fromEntries(entries);
}

/** Those of the unions that a member of theirs extends, itself or by way of others. */
function basesIn(schemas: JsonObject): Bases {
  const uses = Object.entries(schemas).flatMap(([from, schema]) => usesIn(from, schema, "part"));
  const circular = edgesInCycles(uses);
  const unions = new Set(circular.filter(({ as }) => as === "member").map(({ from }) => from));
  const extended = circular.filter(({ as, to }) => as === "part" && unions.has(to));
  return new Map(extended.map(({ to }) => [to, baseOf(schemas, to)]));
}

interface Use extends Edge {
  /** A schema is everything that its parts are, and one of its members. */
  readonly as: "part" | "member";
}

/** The component schemas that a schema is made of itself, not those of its properties or items. */
function usesIn(from: string, schema: unknown, as: Use["as"]): Use[] {
  if (!isObject(schema)) return [];
  const to = schemaNamed(refOf(schema));
  const parts = asArray(schema["allOf"]).flatMap((part) => usesIn(from, part, as));
  const members = [...asArray(schema["anyOf"]), ...asArray(schema["oneOf"])];
  const below = [...parts, ...members.flatMap((member) => usesIn(from, member, "member"))];
  return to === undefined ? below : [{ from, to, as }, ...below];
}

function unionWith(schema: JsonObject, base: string): JsonObject {
  const kept = Object.entries(schema).filter(
    ([key]) => isAnnotation(key) || /^(oneOf|anyOf|discriminator)$/.test(key),
  );
  return { ...Object.fromEntries(kept), allOf: [{ $ref: formatRef("schemas", base) }] };
}
