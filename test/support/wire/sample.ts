import { REQUIRED, type Schema, type Schemas } from "./json-schema.ts";
import { simplify } from "./merge-schema.ts";
import type { Random } from "./random.ts";
import { sampleNumber, sampleText } from "./sample-scalar.ts";
import { SampledFile } from "./sampled-file.ts";
import { inferType, isBinary, isNull, refsOf, typeOfFile } from "./schema-kind.ts";
import { type Fields, fieldsOf, listOf } from "./source-document.ts";

export interface SampleOptions {
  readonly random: Random;
  /** Every property and item instead of the required ones. */
  readonly everything: boolean;
  /** Which of the read-only and write-only values there are. */
  readonly direction: "request" | "response";
  /** What a string may be where its schema asks for nothing particular. */
  readonly texts: readonly string[];
  /** Keys of maps. */
  readonly keys: readonly string[];
  /** Binary strings are files rather than texts. */
  readonly files?: boolean;
  /** No list or map is empty: a form has no words for that. */
  readonly filled?: boolean;
  /** Null where it is allowed. */
  readonly nulls?: boolean;
}

/** A value that a caller may give and the wire must not have. */
export class ReadOnlyValue {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

const MAX_DEPTH = 7;
const MAX_NODES = 300;

/**
 * Samples a value of a schema; the same for the same seed. Undefined where the schema allows nothing.
 *
 * Deep or wide values end with what is required, so that recursive schemas end at all.
 */
export function sampleValue(schema: Schema, { defs }: Schemas, options: SampleOptions): unknown {
  return new Sampler(defs, options).sample(schema, 0);
}

/** What the caller gives: read-only values included, as one who sends back what he got would. */
export function givenOf(sampled: unknown): unknown {
  return mapSample(sampled, { readOnly: (value) => value, file: (file) => file.toFile() });
}

/** What must be on the wire: read-only values left out. */
export function meantOf(sampled: unknown): unknown {
  return mapSample(sampled, { readOnly: () => undefined, file: (file) => file });
}

interface SampleMap {
  readonly readOnly: (value: unknown) => unknown;
  readonly file: (file: SampledFile) => unknown;
}

function mapSample(sampled: unknown, map: SampleMap): unknown {
  if (sampled instanceof ReadOnlyValue) return mapSample(map.readOnly(sampled.value), map);
  if (sampled instanceof SampledFile) return map.file(sampled);
  if (Array.isArray(sampled))
    return sampled.map((item) => mapSample(item, map)).filter((item) => item !== undefined);
  if (typeof sampled !== "object" || sampled === null || sampled instanceof Uint8Array) return sampled;
  const entries = Object.entries(sampled).map(([key, value]) => [key, mapSample(value, map)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

class Sampler {
  readonly #defs: Schemas["defs"];
  readonly #options: SampleOptions;
  #nodes = 0;
  /** References that lead to where the sampler is. */
  #open: readonly string[] = [];
  /** How many of them are there already: read-only values are known up to where a schema holds itself. */
  #reentries = 0;

  constructor(defs: Schemas["defs"], options: SampleOptions) {
    this.#defs = defs;
    this.#options = options;
  }

  sample(schema: Schema, depth: number): unknown {
    const before = this.#open;
    const refs = refsOf(schema);
    const isReentry = refs.some((ref) => before.includes(ref));
    this.#open = [...before, ...refs];
    if (isReentry) this.#reentries++;
    const value = this.#sampleHere(schema, depth);
    if (isReentry) this.#reentries--;
    this.#open = before;
    return value;
  }

  #sampleHere(schema: Schema, depth: number): unknown {
    this.#nodes++;
    const simple = simplify(schema, this.#defs, (branches) => this.#choose(branches, depth));
    if (simple === undefined) return undefined;
    const { random, nulls } = this.#options;
    if (simple["const"] !== undefined) return simple["const"];
    const values = listOf(simple["enum"]);
    if (values.length > 0) {
      const solid = values.filter((value) => value !== null && value !== "");
      return solid.length === 0 ? values[0] : random.pick(solid);
    }
    const types = [simple["type"] ?? inferType(simple)].flat().map(String);
    if (depth > 0 && nulls && types.includes("null") && random.below(6) === 0) return null;
    const type = random.pick(types.filter((name) => name !== "null")) ?? "null";
    return this.#sampleType(type, simple, depth);
  }

  #sampleType(type: string, schema: Fields, depth: number): unknown {
    const { random, texts, files, everything } = this.#options;
    switch (type) {
      case "null":
        return null;
      case "boolean":
        return random.below(2) === 0;
      case "integer":
      case "number":
        return sampleNumber(schema, { random, isInteger: type === "integer", everything });
      case "array":
        return this.#sampleArray(schema, depth);
      case "object":
        return this.#sampleObject(schema, depth);
      default:
        return files && isBinary(schema)
          ? SampledFile.sample(random, typeOfFile(schema))
          : sampleText(schema, { random, texts });
    }
  }

  #sampleArray(schema: Fields, depth: number): unknown[] {
    const { minItems, maxItems, uniqueItems } = schema;
    const prefix = listOf(schema["prefixItems"]) as Schema[];
    const least = typeof minItems === "number" ? minItems : 0;
    const most = typeof maxItems === "number" ? maxItems : 1000;
    const wanted = this.#isGenerous(depth)
      ? Math.max(prefix.length, 2)
      : depth === 0 || this.#options.filled
        ? 1
        : 0;
    const count = Math.min(most, Math.max(least, wanted), 1000);
    const rest = (schema["items"] ?? true) as Schema;
    const items: unknown[] = [];
    const seen = new Set<string>();
    for (let tries = 0; items.length < count && tries < count * 5 + 20; tries++) {
      const item = depth > 3 * MAX_DEPTH ? undefined : this.sample(prefix[items.length] ?? rest, depth + 1);
      if (item === undefined) break;
      const text = JSON.stringify(item);
      if (uniqueItems === true && seen.has(text)) continue;
      seen.add(text);
      items.push(item);
    }
    return items;
  }

  #sampleObject(schema: Fields, depth: number): Fields {
    const { direction } = this.#options;
    const properties = fieldsOf(schema["properties"]) as Record<string, Schema>;
    const required = new Set([...listOf(schema[REQUIRED]), ...listOf(schema["required"])].map(String));
    const isGenerous = this.#isGenerous(depth);
    const entries: [string, unknown][] = [];
    for (const [name, property] of Object.entries(properties)) {
      if (name === "__proto__") continue;
      const isReadOnly = this.#has(property, "readOnly");
      if (isReadOnly && direction === "request" && this.#reentries > 0) continue;
      if (direction === "response" && this.#has(property, "writeOnly")) continue;
      if (!(isGenerous || (required.has(name) && !(isReadOnly && direction === "request")))) continue;
      if (depth > 3 * MAX_DEPTH) continue; // A schema that no finite value fits.
      const value = this.sample(property, depth + 1);
      if (value === undefined) continue;
      entries.push([name, isReadOnly && direction === "request" ? new ReadOnlyValue(value) : value]);
    }
    for (const name of required) {
      if (!Object.hasOwn(properties, name) && name !== "__proto__") entries.push([name, "x"]);
    }
    if (entries.length === 0 && this.#options.filled) entries.push(...this.#sampleOne(properties, depth));
    return Object.fromEntries([...entries, ...this.#sampleMap(schema, entries.length, depth)]);
  }

  /** The first property that has a value to send. */
  #sampleOne(properties: Readonly<Record<string, Schema>>, depth: number): [string, unknown][] {
    const own = Object.entries(properties).filter(([, property]) => !this.#has(property, "readOnly"));
    for (const [name, property] of depth < MAX_DEPTH ? own : []) {
      const value = this.sample(property, depth + 1);
      if (value !== undefined && value !== null) return [[name, value]];
    }
    return [];
  }

  /** Further entries of an object that may have them, under keys that its document does not know. */
  #sampleMap(schema: Fields, present: number, depth: number): [string, unknown][] {
    const { minProperties, additionalProperties = schema["properties"] === undefined } = schema;
    const least = typeof minProperties === "number" ? minProperties : 0;
    if (additionalProperties === false || schema["patternProperties"] !== undefined) return [];
    const wanted = additionalProperties !== true || present === 0 ? 2 : 0;
    const missing = Math.max(this.#isGenerous(depth) && depth < 4 ? wanted : 0, least - present);
    const keys = this.#options.keys.slice(0, Math.max(0, missing));
    const values = keys.map((key) => [key, this.sample(additionalProperties as Schema, depth + 1)] as const);
    return values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  }

  /** The deeper a value is, the sooner it ends: with null or a scalar where there is a choice. */
  #choose(branches: readonly Schema[], depth: number): Schema {
    const candidates = branches.filter((branch) => branch !== false && !isNull(branch));
    const flat = candidates.filter((branch) => !this.#isStructured(branch));
    const isEnding = depth >= MAX_DEPTH && flat.length > 0;
    return this.#options.random.pick(isEnding ? flat : candidates) ?? branches[0] ?? true;
  }

  #isStructured(branch: Schema): boolean {
    const simple = simplify(branch, this.#defs, ([first]) => first ?? true) ?? {};
    return ["object", "array"].includes(String(simple["type"] ?? inferType(simple)));
  }

  #isGenerous(depth: number): boolean {
    return this.#options.everything && depth < MAX_DEPTH && this.#nodes < MAX_NODES;
  }

  #has(schema: Schema, keyword: "readOnly" | "writeOnly"): boolean {
    return simplify(schema, this.#defs, () => true)?.[keyword] === true;
  }
}
