import { asArray, asObject, formatRef, isObject, type JsonObject, mapValues, refOf } from "../../document.ts";
import { schemaNamed } from "../../schema-refs.ts";
import type { Flag, PropertyFlags } from "./property-flags.ts";

export interface Without {
  readonly flags: PropertyFlags;
  /** The properties that are left out. */
  readonly flag: Flag;
  /** What a component schema is called that is without them. */
  readonly rename: (name: string) => string;
}

const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"];

const SCHEMAS = ["items", "additionalProperties", "unevaluatedProperties", "contentSchema", "not"];

const MAPS = ["patternProperties", "dependentSchemas"];

/** The schema without properties of a kind, at any depth, and without their names in `required`. */
export function withoutProperties(
  schema: unknown,
  without: Without,
  around: readonly string[] = [],
): unknown {
  if (!isObject(schema)) return schema;
  const result: JsonObject = { ...schema };
  const name = schemaNamed(refOf(schema));
  if (name !== undefined) result["$ref"] = formatRef("schemas", without.rename(name));
  // A name may be required in one part of a combination and declared in another.
  const names = isCombined(schema, around) ? [...around, ...without.flags.namesIn(without.flag, schema)] : [];
  const inner = (value: unknown) => withoutProperties(value, without);
  for (const key of SCHEMAS) if (schema[key] !== undefined) result[key] = inner(schema[key]);
  for (const key of MAPS) if (schema[key] !== undefined) result[key] = mapValues(schema[key], inner);
  for (const key of LISTS) {
    if (schema[key] === undefined) continue;
    const parts = key === "prefixItems" ? [] : names;
    result[key] = asArray(schema[key]).map((part) => withoutProperties(part, without, parts));
  }
  if (schema["properties"] !== undefined)
    result["properties"] = keptProperties(schema["properties"], without);
  if (isObject(schema["discriminator"])) result["discriminator"] = renamedDiscriminator(schema, without);
  return withRequired(result, new Set([...names, ...ownNames(schema, without)]));
}

function isCombined(schema: JsonObject, around: readonly string[]): boolean {
  return around.length > 0 || ["$ref", "allOf", "anyOf", "oneOf"].some((key) => schema[key] !== undefined);
}

function ownNames(schema: JsonObject, { flags, flag }: Without): string[] {
  return Object.entries(asObject(schema["properties"])).flatMap(([name, value]) =>
    flags.has(flag, name, value) ? [name] : [],
  );
}

function keptProperties(properties: unknown, without: Without): JsonObject {
  const kept = Object.entries(asObject(properties)).filter(
    ([name, value]) => !without.flags.has(without.flag, name, value),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutProperties(value, without)]));
}

function withRequired(schema: JsonObject, leftOut: ReadonlySet<string>): JsonObject {
  const { required, ...rest } = schema;
  if (required === undefined) return rest;
  const names = asArray(required).filter((name) => !leftOut.has(String(name)));
  return { ...rest, ...(names.length > 0 && { required: names }) };
}

/** A member that is called otherwise is still meant by the name that it has in the document. */
function renamedDiscriminator(schema: JsonObject, { rename }: Without): JsonObject {
  const discriminator = asObject(schema["discriminator"]);
  const renamed = (ref: unknown) => {
    const name = typeof ref === "string" ? schemaNamed(ref) : undefined;
    return name === undefined ? ref : formatRef("schemas", rename(name));
  };
  const { defaultMapping } = discriminator;
  const given = mapValues(discriminator["mapping"], renamed);
  const mapped = new Set(Object.values(given));
  const implied = [...asArray(schema["oneOf"]), ...asArray(schema["anyOf"])].flatMap((member) => {
    const name = schemaNamed(refOf(member));
    if (name === undefined || rename(name) === name) return [];
    const ref = formatRef("schemas", rename(name));
    return mapped.has(ref) || Object.hasOwn(given, name) ? [] : [[name, ref]];
  });
  const mapping = { ...Object.fromEntries(implied), ...given };
  return {
    ...discriminator,
    ...(Object.keys(mapping).length > 0 && { mapping }),
    ...(defaultMapping !== undefined && { defaultMapping: renamed(defaultMapping) }),
  };
}
