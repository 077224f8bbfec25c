import { REQUIRED, type Schema } from "./json-schema.ts";
import { type Fields, fieldsOf, listOf } from "./source-document.ts";

/** What a schema refers to, by itself or as what it is made of. */
export function refsOf(schema: Schema): string[] {
  const { $ref, allOf, oneOf, anyOf } = fieldsOf(schema);
  const parts = [allOf, oneOf, anyOf].flatMap((list) => listOf(list) as Schema[]);
  return [...(typeof $ref === "string" ? [$ref] : []), ...parts.flatMap(refsOf)];
}

export function isNull(schema: Schema): boolean {
  return fieldsOf(schema)["type"] === "null";
}

export function isBinary({ format, contentMediaType, contentEncoding }: Fields): boolean {
  return format === "binary" || (contentMediaType !== undefined && contentEncoding === undefined);
}

/** An image, unless the schema says otherwise. */
export function typeOfFile({ contentMediaType }: Fields): string {
  return typeof contentMediaType === "string" && !/[*,]/.test(contentMediaType)
    ? contentMediaType
    : "image/png";
}

export function inferType(schema: Fields): string {
  const has = (...keys: string[]) => keys.some((key) => schema[key] !== undefined);
  if (has("properties", "additionalProperties", "patternProperties", REQUIRED)) return "object";
  if (has("items", "prefixItems", "minItems")) return "array";
  if (has("minimum", "maximum", "multipleOf")) return "number";
  return "string";
}
