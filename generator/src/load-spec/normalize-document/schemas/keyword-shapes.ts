/** What the value of a keyword of a schema has to be. */
export type Shape =
  | "text"
  | "number"
  | "flag"
  /** exclusiveMinimum: a number, in 3.0 a flag that sharpens `minimum`. */
  | "numberOrFlag"
  | "names"
  | "values"
  | "type"
  | "schema"
  /** `items`: a schema, or a list of them as in older drafts. */
  | "schemaOrList"
  /** A schema, or whether there may be anything at all. */
  | "schemaOrFlag"
  | "schemas"
  | "schemaMap"
  | "discriminator"
  | "object"
  /** Reached by references only. */
  | "dropped";

/**
 * The keywords that are checked or walked into; what is in others stays as it is.
 *
 * @see JSON Schema 2020-12; OpenAPI 3.0.4 §4.7.24
 */
export const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["$defs", "dropped"],
  ["definitions", "dropped"],
  ["$ref", "text"],
  ["$dynamicRef", "text"],
  ["$recursiveRef", "text"],
  ["title", "text"],
  ["summary", "text"],
  ["description", "text"],
  ["format", "text"],
  ["pattern", "text"],
  ["contentEncoding", "text"],
  ["contentMediaType", "text"],
  ["contentSchema", "schema"],
  ["type", "type"],
  ["enum", "values"],
  ["nullable", "flag"],
  ["readOnly", "flag"],
  ["writeOnly", "flag"],
  ["deprecated", "flag"],
  ["uniqueItems", "flag"],
  ["minimum", "number"],
  ["maximum", "number"],
  ["exclusiveMinimum", "numberOrFlag"],
  ["exclusiveMaximum", "numberOrFlag"],
  ["multipleOf", "number"],
  ["minLength", "number"],
  ["maxLength", "number"],
  ["minItems", "number"],
  ["maxItems", "number"],
  ["minContains", "number"],
  ["maxContains", "number"],
  ["minProperties", "number"],
  ["maxProperties", "number"],
  ["required", "names"],
  ["properties", "schemaMap"],
  ["patternProperties", "schemaMap"],
  ["dependentSchemas", "schemaMap"],
  ["additionalProperties", "schemaOrFlag"],
  ["unevaluatedProperties", "schemaOrFlag"],
  ["propertyNames", "schema"],
  ["items", "schemaOrList"],
  ["prefixItems", "schemas"],
  ["additionalItems", "schemaOrFlag"],
  ["unevaluatedItems", "schemaOrFlag"],
  ["contains", "schema"],
  ["allOf", "schemas"],
  ["anyOf", "schemas"],
  ["oneOf", "schemas"],
  ["not", "schema"],
  ["if", "schema"],
  ["then", "schema"],
  ["else", "schema"],
  ["discriminator", "discriminator"],
  ["xml", "object"],
  ["externalDocs", "object"],
]);

/** What a `type` can be. */
export const TYPES: ReadonlySet<string> = new Set([
  "string",
  "number",
  "integer",
  "boolean",
  "object",
  "array",
  "null",
]);
