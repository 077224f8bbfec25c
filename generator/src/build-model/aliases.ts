import { asObject, type JsonObject, own, refOf } from "../document.ts";
import type { SchemaAlias, TypeModel } from "../model.ts";
import { firstFree, isTakenType, typeName } from "../names.ts";
import { schemaNamed } from "../schema-refs.ts";

/** Component schema to what generated code calls it. */
export type AliasOf = ReadonlyMap<string, string>;

/** A schema's name, and why it is not the one that it asks for. */
export interface NamedSchema extends SchemaAlias {
  readonly renamed?: string;
}

/**
 * Names the component schemas. One whose name the client uses for something else, or that readers take for a
 * global, gets `Schema` added.
 */
export function aliasesOf(document: unknown, taken: ReadonlySet<string>): NamedSchema[] {
  const components = asObject(own(own(document, "components"), "schemas"));
  const schemas = Object.keys(components);
  const used = new Set(taken);
  const isTaken = (name: string) => used.has(name) || isTakenType(name);
  // Names that need no change first, so that one that does never takes theirs.
  const exact = new Set(schemas.filter((schema) => typeName(schema) === schema && !isTaken(schema)));
  for (const schema of exact) used.add(schema);
  return schemas.map((schema) => {
    const wanted = typeName(schema) || "Schema";
    const isFree = exact.has(schema) || !isTaken(wanted);
    const name = isFree ? wanted : firstFree(`${wanted}Schema`, isTaken);
    const reason = taken.has(wanted) ? "is used in the client" : reasonOf(wanted);
    used.add(name);
    return {
      schema,
      name,
      ...(!isFree && { renamed: `the name "${wanted}" ${reason}; the schema's type is called "${name}"` }),
    };
  });
}

function reasonOf(name: string): string {
  return isTakenType(name) ? "means something else in TypeScript" : "is another schema's too";
}

/** A schema that is just a reference has a name of its own. */
export function aliasFor(media: JsonObject, aliasOf: AliasOf): TypeModel | undefined {
  const name = aliasOf.get(schemaNamed(refOf(media["schema"])) ?? "");
  return name === undefined ? undefined : { kind: "alias", name };
}
