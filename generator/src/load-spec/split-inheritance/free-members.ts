import { asArray, isObject, type JsonObject, refOf } from "../../document.ts";
import { schemaNamed } from "../../schema-refs.ts";
import { type Edge, edgesInCycles } from "./graph.ts";

/**
 * Leaves out of the members of a union what makes them members of it: `Pet: oneOf [Cat]` with `Cat: allOf [Pet, ...]`
 * means that a pet is a cat, not that a cat is made of cats.
 *
 * @param report - told the name of each schema that something was left out of
 */
export function freeMembers(schemas: JsonObject, report: (name: string) => void): JsonObject {
  const uses = Object.entries(schemas).flatMap(([from, schema]) => usesIn(from, schema));
  const parts = edgesInCycles(uses).filter(({ isPart }) => isPart);
  // What is made of parts alone has no union to be a member of.
  const alone = new Set(edgesInCycles(parts));
  const cut = Map.groupBy(
    parts.filter((part) => !alone.has(part)),
    ({ from }) => from,
  );
  if (cut.size === 0) return schemas;
  const entries = Object.entries(schemas).map(([name, schema]): [string, unknown] => {
    const unions = cut.get(name);
    if (unions === undefined || !isObject(schema)) return [name, schema];
    report(name);
    return [name, withoutParts(schema, new Set(unions.map(({ to }) => to)))];
  });
  return Object.fromEntries(entries);
}

interface Use extends Edge {
  /** Everything that the other is, this one is too; else it is one of several in a union. */
  readonly isPart: boolean;
}

/** The component schemas that a schema is made of itself, not those of its properties or items. */
function usesIn(from: string, schema: unknown, isPart = true): Use[] {
  if (!isObject(schema)) return [];
  const to = schemaNamed(refOf(schema));
  const parts = asArray(schema["allOf"]).flatMap((part) => usesIn(from, part, isPart));
  const members = [...asArray(schema["anyOf"]), ...asArray(schema["oneOf"])];
  const below = [...parts, ...members.flatMap((member) => usesIn(from, member, false))];
  return to === undefined ? below : [{ from, to, isPart }, ...below];
}

function withoutParts(schema: JsonObject, names: ReadonlySet<string>): JsonObject {
  const { $ref, allOf, ...rest } = schema;
  const isLeftOut = (part: unknown) => names.has(schemaNamed(refOf(part)) ?? "");
  const parts = asArray(allOf)
    .filter((part) => !isLeftOut(part))
    .map((part) => (isObject(part) ? withoutParts(part, names) : part));
  return {
    ...($ref !== undefined && !isLeftOut(schema) && { $ref }),
    ...rest,
    ...(parts.length > 0 && { allOf: parts }),
  };
}
