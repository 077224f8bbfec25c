import { formatRef, isObject, type JsonObject, own, refOf } from "../../document.ts";
import { firstFree } from "../../names.ts";
import { isAnnotation } from "../../schema-keywords.ts";
import { schemaNamed } from "../../schema-refs.ts";

/** By the name of a schema that others extend, that of what they extend instead; undefined when that says nothing. */
export type Bases = ReadonlyMap<string, string | undefined>;

/** A name for what those that extend a schema have in common; undefined when that is nothing. */
export function baseOf(schemas: JsonObject, name: string): string | undefined {
  if (saysNothing(commonOf(schemas[name]))) return undefined;
  return firstFree(`${name}Base`, (free) => own(schemas, free) !== undefined);
}

/** What a schema says of all its values, whichever of its members they are. */
export function commonOf(schema: unknown): JsonObject {
  if (!isObject(schema)) return {};
  const { discriminator: _, oneOf: __, anyOf: ___, ...common } = schema;
  return common;
}

/** Whether a schema restricts its values to nothing but objects. */
export function saysNothing(schema: JsonObject): boolean {
  return Object.keys(schema).every(
    (key) => isAnnotation(key) || (key === "type" && schema[key] === "object"),
  );
}

/** The schema, extending bases where it extended schemas that have one. */
export function extendBases(schema: JsonObject, bases: Bases): JsonObject {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf)) return schema;
  const parts = allOf.flatMap((part): unknown[] => {
    if (!isObject(part)) return [part];
    const name = schemaNamed(refOf(part));
    if (name === undefined || !bases.has(name)) return [extendBases(part, bases)];
    const base = bases.get(name);
    return base === undefined ? [] : [{ ...part, $ref: formatRef("schemas", base) }];
  });
  return parts.length === 0 ? rest : { ...schema, allOf: parts };
}
