import { asArray, asObject, isObject, type JsonObject, own, refOf } from "../../document.ts";
import { schemaNamed } from "../../schema-refs.ts";
import type { PropertyFlags } from "./property-flags.ts";

/** Of schemas that say together what one value may be. */
const MAX_SCHEMAS = 1000;

export interface Whole {
  /** Those that say something of what is in the value. */
  readonly schemas: readonly JsonObject[];
  /** The first component schema among those that are referred to, the outermost first. */
  readonly component: string | undefined;
}

/** Schemas with those that they refer to and are combined of; undefined where there are too many. */
export function wholeOf(flags: PropertyFlags, schemas: readonly unknown[]): Whole | undefined {
  const whole = new Set(schemas.filter(isObject));
  // What is added on the way comes at its end.
  for (const schema of whole) {
    for (const part of flags.partsOf(schema)) if (isObject(part)) whole.add(part);
    if (whole.size > MAX_SCHEMAS) return undefined;
  }
  const names = [...whole].map((schema) => schemaNamed(refOf(schema)));
  return {
    schemas: [...whole].filter(saysWhatIsIn),
    component: names.find((name) => name !== undefined),
  };
}

const KEYS = [
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "prefixItems",
  "items",
  "unevaluatedItems",
];

function saysWhatIsIn(schema: JsonObject): boolean {
  return KEYS.some((key) => schema[key] !== undefined);
}

/** The names of the properties that schemas declare. */
export function declaredNames(schemas: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(schemas.flatMap(({ properties }) => Object.keys(asObject(properties))));
}

/**
 * What schemas say of the value of a property.
 *
 * @param name - undefined for one that none of them names
 */
export function declaredUnder(schemas: readonly JsonObject[], name: string | undefined): JsonObject[] {
  return schemas.flatMap((schema) => {
    const named = name === undefined ? undefined : own(schema["properties"], name);
    return named === undefined ? declaredOfOthers(schema) : [named].filter(isObject);
  });
}

/** By which of its patterns a name goes is for nobody to find out: each may be meant. */
function declaredOfOthers({ patternProperties, additionalProperties, unevaluatedProperties }: JsonObject) {
  const patterns = Object.values(asObject(patternProperties));
  return [...patterns, additionalProperties, unevaluatedProperties].filter(saysSomething);
}

/** What schemas say of each of the first items of a list that one of them tells apart. */
export function declaredPlaces(schemas: readonly JsonObject[]): JsonObject[][] {
  const length = Math.max(...schemas.map(({ prefixItems }) => asArray(prefixItems).length), 0);
  return Array.from({ length }, (_, index) =>
    schemas.flatMap((schema) => {
      const place = asArray(schema["prefixItems"])[index];
      return place === undefined ? declaredItems([schema]) : [place].filter(isObject);
    }),
  );
}

/** What they say of the other items. */
export function declaredItems(schemas: readonly JsonObject[]): JsonObject[] {
  return schemas.flatMap(({ items, unevaluatedItems }) => [items, unevaluatedItems].filter(saysSomething));
}

/** `{}` says as little as `true`. */
function saysSomething(schema: unknown): schema is JsonObject {
  return isObject(schema) && Object.keys(schema).length > 0;
}
