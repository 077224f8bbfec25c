import { asArray, asObject, asString, isObject, type JsonObject, own, refOf, resolve } from "../document.ts";
import { schemaNamed, visitSchemas } from "../schema-refs.ts";
import { findDeclaration } from "./declarations.ts";
import { namesIn } from "./schema-place.ts";

/** The values of a property that tell a schema from the others of a union. */
export interface Narrowing {
  readonly property: string;
  readonly values: readonly (string | number | boolean)[];
}

export interface Narrowings {
  /** What the type of a component says by itself: a cat's `petType` is "cat", wherever there is a cat. */
  readonly ofComponents: ReadonlyMap<string, Narrowing>;
  /** What only the unions say: those of a schema that others extend, which have other values. */
  readonly ofMembers: ReadonlyMap<string, Narrowing>;
}

/**
 * Finds what the discriminators of a document say of its component schemas. Where two unions call the same schema
 * differently, it has both names. A schema that says itself by which value it is told is left alone, and so is one that
 * is the default for all others.
 *
 * @param schemas - all schemas of the document: its components' and its operations'
 */
export function findNarrowings(document: JsonObject, schemas: Iterable<unknown>): Narrowings {
  const found = new Map<string, Narrowing>();
  const add = (union: JsonObject) => {
    for (const [name, narrowing] of narrowingsBy(union)) {
      const { property, values } = found.get(name) ?? { ...narrowing, values: [] };
      if (property === narrowing.property)
        found.set(name, { property, values: [...new Set([...values, ...narrowing.values])] });
    }
  };
  for (const schema of schemas) visitSchemas(schema, add);
  const sound = [...found].flatMap(([name, narrowing]): [string, Narrowing][] => {
    const declared = withDeclared(document, name, narrowing);
    return declared === undefined ? [] : [[name, declared]];
  });
  const extended = new Set(sound.flatMap(([name]) => [...ancestorsOf(document, name)]));
  return {
    ofComponents: new Map(sound.filter(([name]) => !extended.has(name))),
    ofMembers: new Map(sound.filter(([name]) => extended.has(name))),
  };
}

/** The schema, its property of those values only. */
export function narrowSchema(schema: unknown, { property, values }: Narrowing): JsonObject {
  const own = asObject(schema);
  const properties = asObject(own["properties"]);
  const declared = asObject(properties[property]);
  const { $ref: _, ...annotations } = declared;
  const narrowed = { [property]: { ...annotations, enum: values } };
  if (Object.hasOwn(properties, property)) {
    const required = [...new Set([...namesIn(own["required"]), property])];
    return { ...own, properties: { ...properties, ...narrowed }, required };
  }
  return { allOf: [own, { type: "object", properties: narrowed, required: [property] }] };
}

function ancestorsOf(document: JsonObject, name: string): Set<string> {
  const ancestors = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const parent of parentsOf(asObject(asObject(document["components"])["schemas"])[next])) {
      if (ancestors.has(parent)) continue;
      ancestors.add(parent);
      queue.push(parent);
    }
  }
  return ancestors;
}

function parentsOf(schema: unknown): string[] {
  const parent = schemaNamed(refOf(schema));
  const parents = asArray(own(schema, "allOf")).flatMap(parentsOf);
  return parent === undefined ? parents : [parent, ...parents];
}

function narrowingsBy(union: JsonObject): [string, Narrowing][] {
  const discriminator = asObject(union["discriminator"]);
  const property = asString(discriminator["propertyName"]);
  if (property === undefined) return [];
  const members = [...asArray(union["oneOf"]), ...asArray(union["anyOf"])];
  const names = new Set(members.map((member) => schemaNamed(refOf(member))));
  const mapped = Object.entries(asObject(discriminator["mapping"]));
  const fallback = asString(discriminator["defaultMapping"]);
  return [...names].flatMap((name): [string, Narrowing][] => {
    if (name === undefined || name === fallback || name === schemaNamed(fallback)) return [];
    const values = mapped.filter(([, ref]) => schemaNamed(asString(ref)) === name).map(([value]) => value);
    return [[name, { property, values: values.length > 0 ? values : [name] }]];
  });
}

/**
 * The narrowing as far as it goes with how the schema declares the property; undefined where nothing is left to say, as
 * for a union, whose members are narrowed themselves.
 */
function withDeclared(
  document: JsonObject,
  name: string,
  { property, values }: Narrowing,
): Narrowing | undefined {
  const schema = asObject(asObject(asObject(document["components"])["schemas"])[name]);
  if (["oneOf", "anyOf"].some((keyword) => schema[keyword] !== undefined)) return undefined;
  const declared = findDeclaration(document, [schema], property);
  if (declared === undefined || declared === true) return { property, values };
  const { type, enum: list, const: single } = resolve(document, declared);
  const known = single === undefined ? asArray(list) : [single];
  const typed = values.map((value) => typedValue(value, type));
  if (known.length === 0)
    return isObject(declared) && isScalarType(type) ? { property, values: typed } : undefined;
  const shared = typed.filter((value) => known.includes(value));
  return shared.length === 0 || known.every((value) => shared.includes(value as string))
    ? undefined
    : { property, values: shared };
}

/** A mapping has strings for keys, whatever the property is. */
function typedValue(value: string | number | boolean, type: unknown): string | number | boolean {
  if (type === "integer" || type === "number") return Number(value);
  return type === "boolean" ? value === "true" : value;
}

function isScalarType(type: unknown): boolean {
  return type === undefined || ["string", "integer", "number", "boolean"].includes(String(type));
}
