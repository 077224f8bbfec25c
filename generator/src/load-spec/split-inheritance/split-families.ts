import {
  asArray,
  asObject,
  asString,
  formatRef,
  isObject,
  type JsonObject,
  own,
  refOf,
} from "../../document.ts";
import { schemaNamed } from "../../schema-refs.ts";
import { baseOf, commonOf, extendBases } from "./extend-bases.ts";

/**
 * Makes a union of each schema that others extend by `allOf` and that has a discriminator: whoever refers to `Pet` means
 * a cat or a dog.
 *
 * A mapping says which schemas there are; without one, all that extend it, each by its name.
 *
 * @see OpenAPI 3.1.1 §4.8.25.2
 */
export function splitFamilies(schemas: JsonObject): JsonObject {
  const children = childrenOf(schemas);
  const families = new Map<string, Family>();
  for (const root of Object.keys(schemas)) {
    if (!children.has(root) || discriminatorOf(schemas[root]) === undefined) continue;
    for (const name of withDescendants(root, children)) {
      if (!children.has(name) || families.has(name)) continue;
      const family = familyOf(schemas, { name, root }, children);
      if (family !== undefined) families.set(name, family);
    }
  }
  if (families.size === 0) return schemas;
  const bases = new Map([...families].map(([name, { base }]) => [name, base]));
  const entries = Object.entries(schemas).flatMap(([name, schema]): [string, unknown][] => {
    if (!isObject(schema)) return [[name, schema]];
    const extending = extendBases(schema, bases);
    const family = families.get(name);
    if (family === undefined) return [[name, extending]];
    const union: [string, unknown] = [name, unionSchema(family, name, schema)];
    return family.base === undefined ? [union] : [union, [family.base, commonOf(extending)]];
  });
  return Object.fromEntries(entries);
}

type Children = ReadonlyMap<string, ReadonlySet<string>>;

/** Schema to those that extend it, immediately. */
function childrenOf(schemas: JsonObject): Children {
  const children = new Map<string, Set<string>>();
  for (const [name, schema] of Object.entries(schemas)) {
    for (const parent of parentsOf(schema)) {
      if (parent === name) continue;
      children.set(parent, (children.get(parent) ?? new Set()).add(name));
    }
  }
  return children;
}

function parentsOf(schema: unknown): string[] {
  const parts = asArray(own(schema, "allOf"));
  return parts.flatMap((part) => schemaNamed(refOf(part)) ?? parentsOf(part));
}

/** A schema and all that extend it, by way of others too. */
function withDescendants(root: string, children: Children): Set<string> {
  const family = new Set([root]);
  for (const name of family) for (const child of children.get(name) ?? []) family.add(child);
  return family;
}

interface Discriminator {
  readonly property: string;
  /** Value to the name of the schema that it stands for; empty when every schema is meant by its name. */
  readonly mapping: ReadonlyMap<string, string>;
}

const NO_DISCRIMINATOR: Discriminator = { property: "", mapping: new Map() };

function discriminatorOf(schema: unknown): Discriminator | undefined {
  const { propertyName, mapping } = asObject(own(schema, "discriminator"));
  const property = asString(propertyName);
  if (property === undefined) return undefined;
  const entries = Object.entries(asObject(mapping)).flatMap(([value, ref]): [string, string][] => {
    const name = schemaNamed(asString(ref));
    return name === undefined ? [] : [[value, name]];
  });
  return { property, mapping: new Map(entries) };
}

/** A schema that others extend, and those. */
interface Family extends Discriminator {
  /** The name of what all have in common; undefined when that is nothing. */
  readonly base: string | undefined;
  /** How it declares the property. */
  readonly declared: JsonObject;
  /** Name to the values of the property that stand for it; for the schema itself too where it is one of them. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

function familyOf(
  schemas: JsonObject,
  { name, root }: { name: string; root: string },
  children: Children,
): Family | undefined {
  const discriminator = discriminatorOf(schemas[name]) ?? discriminatorOf(schemas[root]) ?? NO_DISCRIMINATOR;
  const { property, mapping } = discriminator;
  const mapped = Map.groupBy(mapping.keys(), (value) => mapping.get(value) ?? "");
  const members = new Map(
    [...withDescendants(name, children)].flatMap((member): [string, readonly string[]][] => {
      const isNamed = mapping.size === 0 && !(member === name && isUnion(schemas[name]));
      const values = isNamed ? [member] : mapped.get(member);
      return values === undefined ? [] : [[member, values]];
    }),
  );
  // A mapping to schemas that do not extend this one says nothing of those that do.
  if (![...members.keys()].some((member) => member !== name)) return undefined;
  const declared = asObject(own(own(schemas[root], "properties"), property));
  return { ...discriminator, base: baseOf(schemas, name), declared, members };
}

/** One that says itself of what it is a union is no more than those. */
function isUnion(schema: unknown): boolean {
  return unitedIn(schema).length > 0;
}

function unitedIn(schema: unknown): unknown[] {
  return [...asArray(own(schema, "oneOf")), ...asArray(own(schema, "anyOf"))];
}

function unionSchema(family: Family, name: string, schema: JsonObject): JsonObject {
  const { base, property, members } = family;
  const { title, description, deprecated } = schema;
  const itself = members.get(name);
  // Schemas that it was a union of already, and that do not extend it.
  const others = unitedIn(schema).filter((other) => !members.has(schemaNamed(refOf(other)) ?? ""));
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(deprecated !== undefined && { deprecated }),
    ...(others.length > 0 && base !== undefined && { allOf: [refTo(base)] }),
    oneOf: [
      ...(itself === undefined ? [] : narrowed(family, itself)),
      ...[...members.keys()].filter((member) => member !== name).map(refTo),
      ...others,
      ...(asArray(schema["type"]).includes("null") ? [{ type: "null" }] : []),
    ],
    discriminator: { propertyName: property, mapping: mappingTo(family, name, others) },
  };
}

/** @param others - members of the union besides those of the family */
function mappingTo({ members, mapping }: Family, name: string, others: readonly unknown[]): JsonObject {
  const below = [...members].flatMap(([member, values]) =>
    member === name ? [] : values.map((value) => [value, member] as const),
  );
  const named = new Set(others.map((other) => schemaNamed(refOf(other))));
  const kept = [...mapping].filter(([, member]) => named.has(member));
  return Object.fromEntries([...below, ...kept].map(([value, member]) => [value, refTo(member).$ref]));
}

function refTo(name: string): { readonly $ref: string } {
  return { $ref: formatRef("schemas", name) };
}

/** One that is no more than what all have in common; an enumeration may say that there is none. */
function narrowed({ base, property, declared }: Family, values: readonly string[]): JsonObject[] {
  const known = asArray(declared["enum"]);
  const possible = values.filter((value) => known.length === 0 || known.includes(value));
  if (possible.length === 0) return [];
  const properties = { [property]: { ...declared, type: "string", enum: possible } };
  const own = { type: "object", properties, required: [property] };
  return [{ allOf: [...(base === undefined ? [] : [refTo(base)]), own] }];
}
