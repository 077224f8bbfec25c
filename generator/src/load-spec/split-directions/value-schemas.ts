import { asArray, asObject, isObject, type JsonObject, refOf } from "../../document.ts";
import { schemaNamed } from "../../schema-refs.ts";
import type { PropertyFlags } from "./property-flags.ts";

/** Of schemas that say together what one value may be. */
const MAX_SCHEMAS = 1000;

export interface Whole {
  /** Those that say something of what is in the value; undefined where there are too many. */
  readonly schemas: readonly JsonObject[] | undefined;
  /** The first component schema among those that are referred to, the outermost first. */
  readonly component: string | undefined;
  /** How many were looked at, those that say nothing of it among them. */
  readonly looks: number;
}

/** Schemas with those that they refer to and are combined of. */
export function wholeOf(flags: PropertyFlags, schemas: readonly unknown[]): Whole {
  const whole = new Set(schemas.filter(isObject));
  // What is added on the way comes at its end.
  for (const schema of whole) {
    for (const part of flags.partsOf(schema)) if (isObject(part)) whole.add(part);
    if (whole.size > MAX_SCHEMAS) return { schemas: undefined, component: undefined, looks: whole.size };
  }
  const names = [...whole].map((schema) => schemaNamed(refOf(schema)));
  return {
    schemas: [...whole].filter(saysWhatIsIn),
    component: names.find((name) => name !== undefined),
    looks: whole.size,
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

export interface DeclaredProperties {
  /** What schemas say of the value of each property that one of them names. */
  readonly named: Iterable<readonly [name: string, declared: readonly JsonObject[]]>;
  /** What they say of the value of one that none of them names. */
  readonly others: readonly JsonObject[];
}

/** What schemas say of the values of properties, in the order of the schemas; a name is looked up when it is asked for. */
export function declaredProperties(schemas: readonly JsonObject[]): DeclaredProperties {
  const named = new Map<string, Map<number, unknown>>();
  const others = new Map<number, readonly JsonObject[]>();
  for (const [index, schema] of schemas.entries()) {
    for (const [name, value] of Object.entries(asObject(schema["properties"]))) {
      const values = named.get(name) ?? new Map<number, unknown>();
      named.set(name, values.set(index, value));
    }
    const declared = declaredOfOthers(schema);
    if (declared.length > 0) others.set(index, declared);
  }
  return {
    named: eachName(named, others),
    others: [...others.values()].flat(),
  };
}

/** One at a time: together they can be a thousand times as many as there are names. */
function* eachName(
  named: ReadonlyMap<string, ReadonlyMap<number, unknown>>,
  others: ReadonlyMap<number, readonly JsonObject[]>,
): Generator<[string, JsonObject[]]> {
  for (const [name, values] of named) {
    const declared = new Map<number, readonly unknown[]>(others);
    for (const [index, value] of values) declared.set(index, [value]);
    const inOrder = [...declared].toSorted(([a], [b]) => a - b);
    yield [name, inOrder.flatMap(([, each]) => each).filter(isObject)];
  }
}

/** By which of its patterns a name goes is for nobody to find out: each may be meant. */
function declaredOfOthers({ patternProperties, additionalProperties, unevaluatedProperties }: JsonObject) {
  const patterns = Object.values(asObject(patternProperties));
  return [...patterns, additionalProperties, unevaluatedProperties].filter(saysSomething);
}

/** What schemas say of each of the first items of a list that one of them tells apart. */
export function* declaredPlaces(schemas: readonly JsonObject[]): Generator<JsonObject[]> {
  const length = Math.max(...schemas.map(({ prefixItems }) => asArray(prefixItems).length), 0);
  for (let index = 0; index < length; index += 1)
    yield schemas.flatMap((schema) => {
      const place = asArray(schema["prefixItems"])[index];
      return place === undefined ? declaredItems([schema]) : [place].filter(isObject);
    });
}

/** What they say of the other items. */
export function declaredItems(schemas: readonly JsonObject[]): JsonObject[] {
  return schemas.flatMap(({ items, unevaluatedItems }) => [items, unevaluatedItems].filter(saysSomething));
}

/** `{}` says as little as `true`. */
function saysSomething(schema: unknown): schema is JsonObject {
  return isObject(schema) && Object.keys(schema).length > 0;
}
