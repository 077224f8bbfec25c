import { asObject, type JsonObject, own, refOf } from "../document.ts";
import type { SchemaAlias, TypeModel } from "../model.ts";
import { firstFree, IMPORTED_NAMES, isTakenType, typeName } from "../names.ts";
import { schemaNamed } from "../schema-refs.ts";

/** Component schema to what generated code calls it. */
export type AliasOf = ReadonlyMap<string, string>;

/** A schema's name, and why it is not the one that it asks for where that depends on what else the document has. */
export interface NamedSchema extends SchemaAlias {
  readonly renamed?: string;
}

/**
 * Names the component schemas. One whose name the client uses for something else, or that readers take for a
 * global, gets `Schema` added. That nobody is told of: it is so in every client, whatever else there is.
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
    const plain = typeName(schema) || "Schema";
    const wanted = isReserved(plain) ? `${plain}Schema` : plain;
    const isFree = exact.has(schema) || !isTaken(wanted);
    const name = isFree ? wanted : firstFree(`${plain}Schema`, isTaken);
    used.add(name);
    if (isFree) return { schema, name };
    const reason = taken.has(wanted) ? "is used in the client" : "is another schema's too";
    return { schema, name, renamed: `the name "${wanted}" ${reason}; the schema's type is called "${name}"` };
  });
}

function isReserved(name: string): boolean {
  return isTakenType(name) || IMPORTED_NAMES.has(name);
}

/** A schema that is just a reference has a name of its own. */
export function aliasFor(media: JsonObject, aliasOf: AliasOf): TypeModel | undefined {
  const name = aliasOf.get(schemaNamed(refOf(media["schema"])) ?? "");
  return name === undefined ? undefined : { kind: "alias", name };
}
