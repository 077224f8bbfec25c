import { isObject, type JsonObject, refOf } from "../../document.ts";
import { checkKeyword, ignored } from "./schemas/check-keyword.ts";
import { normalizeDiscriminator } from "./schemas/discriminators.ts";
import { SHAPES, type Shape, TYPES } from "./schemas/keyword-shapes.ts";
import { refWithSiblings, unifyDialect } from "./schemas/unify-dialect.ts";
import type { Walk } from "./walk.ts";

/**
 * A schema as JSON Schema 2020-12 says it, whatever dialect it was in, without what is malformed; its references are
 * to component schemas. The same object where nothing had to change.
 *
 * It is an object always: `true` becomes `{}`, `false` what nothing is valid against.
 */
export function normalizeSchema(walk: Walk, value: unknown): JsonObject {
  if (!isObject(value)) return withoutKeywords(walk, value);
  const ref = refOf(value);
  if (ref !== undefined) return normalizeReference(walk, value, ref);
  let result = normalizeKeywords(walk, value);
  if (result["$dynamicRef"] !== undefined || result["$recursiveRef"] !== undefined)
    result = withoutDynamicRef(walk, result);
  if (isObject(result["discriminator"])) result = normalizeDiscriminator(walk, value, result);
  return unifyDialect(withSoundEnum(walk, result));
}

/** An enum that contradicts `type: object` is what the author has seen on the wire. */
function withSoundEnum(walk: Walk, schema: JsonObject): JsonObject {
  const { enum: values, type, ...rest } = schema;
  if (!Array.isArray(values) || (type !== "object" && type !== "array")) return schema;
  if (values.some((value) => typeof value === "object" && value !== null)) return schema;
  walk.warn(
    `no value of the enum is an ${type}; the type is ignored`,
    "correct the type or the enum",
    "type",
  );
  return { ...rest, enum: values };
}

function withoutKeywords(walk: Walk, value: unknown): JsonObject {
  if (value === true) return {};
  if (value === false) return { not: {} };
  const text =
    typeof value === "string" ? JSON.stringify(value) : Array.isArray(value) ? "a list" : `${value}`;
  walk.warn(`expected a schema, not ${text}; anything is taken`, schemaFor(value));
  return {};
}

function schemaFor(value: unknown): string {
  if (typeof value !== "string") return "write a schema, or leave it out";
  return TYPES.has(value) ? `write { type: ${value} }` : `did you mean a $ref to ${JSON.stringify(value)}?`;
}

/** What stands beside a `$ref` counts as well, as OpenAPI 3.1 says; in 3.0 it is meant so. */
function normalizeReference(walk: Walk, value: JsonObject, ref: string): JsonObject {
  const target = walk.schemaRef(ref);
  const keys = Object.keys(value);
  if (keys.length === 1) return target === ref ? value : target === undefined ? {} : { $ref: target };
  const { $ref: _, nullable, ...rest } = value;
  const siblings = normalizeSchema(walk, rest);
  if (target === undefined) return siblings;
  return unifyDialect({ ...refWithSiblings(target, siblings), ...(nullable === true && { nullable }) });
}

/** Bound when it is used, it would mean another schema in each that extends this one; that one is out of reach here. */
function withoutDynamicRef(walk: Walk, schema: JsonObject): JsonObject {
  const { $dynamicRef, $recursiveRef, ...rest } = schema;
  const keyword = $dynamicRef === undefined ? "$recursiveRef" : "$dynamicRef";
  const fix = "the schema that has the anchor in this file is taken; write a $ref to it if that is right";
  walk.warn(`${keyword} is read as $ref`, fix, keyword);
  const target = walk.schemaRef(String($dynamicRef ?? $recursiveRef), { key: keyword });
  return target === undefined ? rest : refWithSiblings(target, rest);
}

function normalizeKeywords(walk: Walk, schema: JsonObject): JsonObject {
  let result = schema;
  for (const key of Object.keys(schema)) {
    const shape = SHAPES.get(key);
    if (shape === undefined) continue;
    const value = schema[key];
    walk.enter(key);
    const normalized = normalizeKeyword(walk, shape, value);
    walk.leave();
    if (normalized === value && normalized !== undefined) continue;
    if (result === schema) result = { ...schema };
    if (normalized === undefined) delete result[key];
    else result[key] = normalized;
  }
  return result;
}

/** Undefined for what is left out. */
function normalizeKeyword(walk: Walk, shape: Shape, value: unknown): unknown {
  switch (shape) {
    case "schema":
      return normalizeSchema(walk, value);
    case "schemaOrFlag":
      return typeof value === "boolean" ? value : normalizeSchema(walk, value);
    case "schemaOrList":
      if (Array.isArray(value)) return normalizeList(walk, value);
      return value === false ? value : normalizeSchema(walk, value);
    case "schemas":
      if (Array.isArray(value)) return value.length === 0 ? undefined : normalizeList(walk, value);
      return isObject(value) ? listOfOne(walk, value) : ignored(walk, value, "a list of schemas");
    case "schemaMap":
      return isObject(value) ? normalizeMap(walk, value) : ignored(walk, value, "an object of schemas");
    case "dropped":
      return undefined;
    default:
      return checkKeyword(walk, shape, value);
  }
}

function listOfOne(walk: Walk, value: JsonObject): JsonObject[] {
  walk.warn("expected a list of schemas; it is read as a list of one", "put it in a list");
  return [normalizeSchema(walk, value)];
}

function normalizeList(walk: Walk, values: unknown[]): unknown[] {
  let result = values;
  for (let index = 0; index < values.length; index += 1) {
    walk.enter(index);
    const normalized = normalizeSchema(walk, values[index]);
    walk.leave();
    if (normalized === values[index]) continue;
    if (result === values) result = [...values];
    result[index] = normalized;
  }
  return result;
}

function normalizeMap(walk: Walk, map: JsonObject): JsonObject {
  let isChanged = false;
  const entries = Object.keys(map).map((key): [string, unknown] => {
    walk.enter(key);
    const normalized = normalizeSchema(walk, map[key]);
    walk.leave();
    if (normalized !== map[key]) isChanged = true;
    return [key, normalized];
  });
  // Unlike assignment, this makes a property of any name, `__proto__` too.
  return isChanged ? Object.fromEntries(entries) : map;
}
