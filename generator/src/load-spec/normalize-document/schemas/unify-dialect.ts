import { isObject, type JsonObject, refOf } from "../../../document.ts";
import { isAnnotation } from "../../../schema-keywords.ts";

/** Says in the words of OpenAPI 3.1 what a schema says in those of 3.0, and of older drafts of JSON Schema. */
export function unifyDialect(schema: JsonObject): JsonObject {
  let result = schema;
  if (typeof result["exclusiveMinimum"] === "boolean")
    result = sharpen(result, "exclusiveMinimum", "minimum");
  if (typeof result["exclusiveMaximum"] === "boolean")
    result = sharpen(result, "exclusiveMaximum", "maximum");
  if (Array.isArray(result["items"])) result = withPrefixItems(result);
  if (result["const"] === null) result = nullType(result);
  return result["nullable"] === undefined ? result : withoutNullable(result);
}

function sharpen(schema: JsonObject, exclusive: string, inclusive: string): JsonObject {
  const { [exclusive]: isExclusive, [inclusive]: bound, ...rest } = schema;
  if (bound === undefined) return rest;
  return { ...rest, [isExclusive ? exclusive : inclusive]: bound };
}

function withPrefixItems({ items, additionalItems, ...rest }: JsonObject): JsonObject {
  return { ...rest, prefixItems: items, ...(additionalItems !== undefined && { items: additionalItems }) };
}

function nullType({ const: _, ...rest }: JsonObject): JsonObject {
  return { ...rest, type: "null" };
}

const NULL = { type: "null" };

function withoutNullable({ nullable, ...schema }: JsonObject): JsonObject {
  if (nullable !== true) return schema;
  const assertions = Object.keys(schema).filter((key) => !isAnnotation(key) && key !== "format");
  if (assertions.length === 0) return schema; // anything is taken, null too
  const { type, enum: values, oneOf, anyOf } = schema;
  const isSimple = assertions.every((key) => !/^(allOf|anyOf|oneOf|not|if|const)$/.test(key));
  if (isSimple && type !== undefined) return withNullType(schema);
  if (isSimple && Array.isArray(values)) return { ...schema, enum: withNull(values) };
  const isUnion = assertions.every((key) => /^(oneOf|anyOf|discriminator)$/.test(key));
  if (isUnion && Array.isArray(oneOf) && anyOf === undefined) return { ...schema, oneOf: [...oneOf, NULL] };
  if (isUnion && Array.isArray(anyOf) && oneOf === undefined) return { ...schema, anyOf: [...anyOf, NULL] };
  return besideNull(schema);
}

function withNullType(schema: JsonObject): JsonObject {
  const types = [schema["type"]].flat();
  const values = schema["enum"];
  return {
    ...schema,
    type: types.includes("null") ? types : [...types, "null"],
    // Strictly, an enum without null excludes it; who writes `nullable` beside one does not mean that.
    ...(Array.isArray(values) && { enum: withNull(values) }),
  };
}

function withNull(values: readonly unknown[]): readonly unknown[] {
  return values.includes(null) ? values : [...values, null];
}

/** What the schema says of its value stays outside, where the later stages look for it. */
function besideNull(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema);
  const inner = Object.fromEntries(entries.filter(([key]) => !isAnnotation(key)));
  const outer = Object.fromEntries(entries.filter(([key]) => isAnnotation(key)));
  return { ...outer, anyOf: [unwrapped(inner), NULL] };
}

/** `allOf` of one reference and nothing else was 3.0's way to say something beside a reference. */
function unwrapped(schema: JsonObject): JsonObject {
  const { allOf } = schema;
  const isLone = Object.keys(schema).length === 1 && Array.isArray(allOf) && allOf.length === 1;
  return isLone && refOf(allOf[0]) !== undefined && isObject(allOf[0]) ? allOf[0] : schema;
}

/**
 * A reference and what stands beside it: annotations stay there, a restriction makes it a member of `allOf`, which
 * is what it means.
 */
export function refWithSiblings(ref: string, siblings: JsonObject): JsonObject {
  const keys = Object.keys(siblings);
  if (keys.every(isAnnotation)) return { $ref: ref, ...siblings };
  const { allOf, ...rest } = siblings;
  return { ...rest, allOf: [{ $ref: ref }, ...(Array.isArray(allOf) ? allOf : [])] };
}
