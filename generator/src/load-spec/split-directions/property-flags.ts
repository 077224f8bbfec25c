import {
  asArray,
  asObject,
  asString,
  isObject,
  type JsonObject,
  own,
  refOf,
  resolve,
} from "../../document.ts";
import { inheritedFlag } from "../../inherited-flag.ts";
import { visitSchemas } from "../../schema-refs.ts";

/** Which of the two directions leaves a property out: requests those that are read-only, responses the others. */
export type Flag = "readOnly" | "writeOnly";

const NO_NAMES: ReadonlySet<string> = new Set();

/** Whether a schema in it says so of itself, be it left out for that or not; references are not followed. */
export function mentions(flag: Flag, schema: unknown): boolean {
  let mentioned = false;
  visitSchemas(schema, (inner) => {
    mentioned ||= inner[flag] === true;
  });
  return mentioned;
}

/**
 * Says which properties of a document's schemas are read-only or write-only. One that is both is neither, and so is one
 * by which a discriminator tells schemas apart: without it nobody would know which one it is.
 */
export class PropertyFlags {
  readonly #document: JsonObject;
  /** A schema says it itself, or one that it refers to or is made of does. */
  readonly #says: Readonly<Record<Flag, (schema: unknown) => boolean>>;
  /** Names of properties. */
  readonly #discriminators = new Set<string>();
  readonly #names = {
    readOnly: new Map<JsonObject, ReadonlySet<string>>(),
    writeOnly: new Map<JsonObject, ReadonlySet<string>>(),
  };

  constructor(document: JsonObject) {
    this.#document = document;
    const says = (flag: Flag) =>
      inheritedFlag(document, ({ [flag]: said }) => (said === undefined ? undefined : said === true));
    this.#says = { readOnly: says("readOnly"), writeOnly: says("writeOnly") };
    for (const schema of Object.values(asObject(asObject(document["components"])["schemas"])))
      visitSchemas(schema, ({ discriminator }) => {
        const name = asString(own(discriminator, "propertyName"));
        if (name !== undefined) this.#discriminators.add(name);
      });
  }

  /** Whether a property of this name and schema is left out. */
  has(flag: Flag, name: string, schema: unknown): boolean {
    if (this.#discriminators.has(name) || !this.#says[flag](schema)) return false;
    return !this.#says[flag === "readOnly" ? "writeOnly" : "readOnly"](schema);
  }

  /** Whether a property in a schema is left out of requests or of responses; references are not followed. */
  areIn(schema: unknown): boolean {
    let areIn = false;
    visitSchemas(schema, ({ properties }) => {
      for (const [name, value] of Object.entries(asObject(properties)))
        areIn ||= this.has("readOnly", name, value) || this.has("writeOnly", name, value);
    });
    return areIn;
  }

  /** Names of the properties that are left out of what a schema and those that it is combined of declare. */
  namesIn(flag: Flag, schema: unknown): ReadonlySet<string> {
    if (!isObject(schema)) return NO_NAMES;
    const known = this.#names[flag].get(schema);
    if (known !== undefined) return known;
    const names = new Set<string>();
    // Before the parts are asked: they may lead back.
    this.#names[flag].set(schema, names);
    for (const [name, value] of Object.entries(asObject(schema["properties"])))
      if (this.has(flag, name, value)) names.add(name);
    for (const part of this.partsOf(schema)) for (const name of this.namesIn(flag, part)) names.add(name);
    return names;
  }

  /** The schemas that one is combined of, that which it refers to among them. */
  partsOf(schema: JsonObject): unknown[] {
    const { allOf, anyOf, oneOf } = schema;
    const target = refOf(schema) === undefined ? [] : [resolve(this.#document, schema)];
    return [...target, ...asArray(allOf), ...asArray(anyOf), ...asArray(oneOf)];
  }
}
