import {
  asArray,
  asObject,
  asString,
  formatRef,
  isObject,
  type JsonObject,
  own,
  refOf,
} from "../document.ts";
import { firstFree } from "../names.ts";
import { schemaNamed } from "../schema-refs.ts";

/**
 * Makes a union of each schema that others extend by `allOf` and that has a discriminator: whoever refers to `Pet` means
 * a cat or a dog. What they have in common becomes `PetBase`, and that is what they extend.
 *
 * A mapping says which schemas there are; without one, all that extend it, each told by its name.
 *
 * @see OpenAPI 3.1.1 §4.8.25.2
 */
export function splitInheritance(schemas: JsonObject): JsonObject {
  const children = childrenOf(schemas);
  const unions = new Map<string, Union>();
  for (const root of Object.keys(schemas)) {
    if (!children.has(root) || discriminatorOf(schemas[root]) === undefined) continue;
    for (const name of familyOf(root, children)) {
      if (!children.has(name) || unions.has(name)) continue;
      const union = unionAt(schemas, { name, root }, children);
      if (union !== undefined) unions.set(name, union);
    }
  }
  if (unions.size === 0) return schemas;
  return Object.fromEntries(
    Object.entries(schemas).flatMap(([name, schema]) => splitSchema(unions, name, schema)),
  );
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

interface Discriminator {
  readonly property: string;
  /** Value to the name of the schema that it stands for; empty when every schema is told by its name. */
  readonly mapping: ReadonlyMap<string, string>;
}

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

/** A schema and all that extend it, by way of others too. */
function familyOf(root: string, children: Children): Set<string> {
  const family = new Set([root]);
  for (const name of family) for (const child of children.get(name) ?? []) family.add(child);
  return family;
}

/** What a schema that others extend becomes. */
interface Union {
  /** The name of what all have in common. */
  readonly base: string;
  readonly property: string;
  /** How it declares the property. */
  readonly declared: JsonObject;
  /** Name to the values of the property that stand for it; for the schema itself too where it is one of them. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

function unionAt(
  schemas: JsonObject,
  { name, root }: { name: string; root: string },
  children: Children,
): Union | undefined {
  const { property, mapping } =
    discriminatorOf(schemas[name]) ?? discriminatorOf(schemas[root]) ?? NOTHING_TOLD;
  const values = Map.groupBy(mapping.keys(), (value) => mapping.get(value) ?? "");
  const family = [...familyOf(name, children)];
  const members = new Map(
    family.flatMap((member): [string, readonly string[]][] => {
      const isLeftOut = member === name && isUnion(schemas[name]);
      const told = mapping.size === 0 && !isLeftOut ? [member] : values.get(member);
      return told === undefined ? [] : [[member, told]];
    }),
  );
  // A mapping to schemas that do not extend this one says nothing of those that do.
  if (![...members.keys()].some((member) => member !== name)) return undefined;
  const base = firstFree(`${name}Base`, (free) => own(schemas, free) !== undefined);
  const declared = asObject(own(asObject(own(schemas[root], "properties")), property));
  return { base, property, declared, members };
}

/** One that says itself of what it is a union is no more than those. */
function isUnion(schema: unknown): boolean {
  return [...asArray(own(schema, "oneOf")), ...asArray(own(schema, "anyOf"))].length > 0;
}

const NOTHING_TOLD: Discriminator = { property: "", mapping: new Map() };

function splitSchema(unions: ReadonlyMap<string, Union>, name: string, schema: unknown): [string, unknown][] {
  if (!isObject(schema)) return [[name, schema]];
  const extending = extendBases(schema, unions);
  const union = unions.get(name);
  if (union === undefined) return [[name, extending]];
  const { discriminator: _, oneOf, anyOf, ...common } = extending;
  const others = [...asArray(oneOf), ...asArray(anyOf)];
  return [
    [name, unionSchema(union, { name, schema, others })],
    [union.base, common],
  ];
}

/** Extends what the schemas that it extended have in common. */
function extendBases(schema: JsonObject, unions: ReadonlyMap<string, Union>): JsonObject {
  if (!Array.isArray(schema["allOf"])) return schema;
  const allOf = schema["allOf"].map((part) => {
    const union = unions.get(schemaNamed(refOf(part)) ?? "");
    if (union !== undefined) return { ...asObject(part), $ref: formatRef("schemas", union.base) };
    return isObject(part) ? extendBases(part, unions) : part;
  });
  return { ...schema, allOf };
}

interface Parent {
  readonly name: string;
  readonly schema: JsonObject;
  /** Schemas that it was a union of already. */
  readonly others: readonly unknown[];
}

function unionSchema(union: Union, { name, schema, others }: Parent): JsonObject {
  const { property, members } = union;
  const { title, description, deprecated } = schema;
  const itself = members.get(name);
  const below = [...members.keys()].filter((member) => member !== name);
  const further = others.filter((other) => !members.has(schemaNamed(refOf(other)) ?? ""));
  const mapping = below.flatMap((member) =>
    (members.get(member) ?? []).map((value) => [value, formatRef("schemas", member)]),
  );
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(deprecated !== undefined && { deprecated }),
    oneOf: [
      ...(itself === undefined ? [] : narrowed(union, itself)),
      ...below.map((member) => ({ $ref: formatRef("schemas", member) })),
      ...further,
      ...(asArray(schema["type"]).includes("null") ? [{ type: "null" }] : []),
    ],
    discriminator: { propertyName: property, mapping: Object.fromEntries(mapping) },
  };
}

/** One that is no more than what all have in common; an enumeration may say that there is none. */
function narrowed({ base, property, declared }: Union, values: readonly string[]): JsonObject[] {
  const known = asArray(declared["enum"]);
  const told = values.filter((value) => known.length === 0 || known.includes(value));
  if (told.length === 0) return [];
  const properties = { [property]: { ...declared, type: "string", enum: told } };
  return [
    { allOf: [{ $ref: formatRef("schemas", base) }, { type: "object", properties, required: [property] }] },
  ];
}
