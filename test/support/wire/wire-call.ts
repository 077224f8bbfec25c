import type { OperationInput } from "../../../runtime/src/serialize.ts";
import { shapeOf } from "./decode-style.ts";
import { HARD_BODY_TEXTS, HARD_KEYS, HARD_TEXTS, keysFor, textsFor } from "./hard-texts.ts";
import type { Schema, Schemas } from "./json-schema.ts";
import { concreteOf, formatOf } from "./media-type.ts";
import { simplify } from "./merge-schema.ts";
import type { Random } from "./random.ts";
import type { MeantBody } from "./request-body.ts";
import { givenOf, meantOf, sampleValue } from "./sample.ts";
import { holdsFile, SampledFile, sampleBytes } from "./sampled-file.ts";
import type { Fields } from "./source-document.ts";
import type { Location, WireContent, WireOperation, WireParameter } from "./wire-operation.ts";

/** One call: what a caller gives, and what is to arrive of it. */
export interface WireCall {
  readonly operation: WireOperation;
  readonly input: OperationInput & { contentType?: string; accept?: string };
  readonly parameters: readonly { readonly parameter: WireParameter; readonly value: unknown }[];
  readonly body: MeantBody | undefined;
}

export interface CallOptions {
  readonly schemas: Schemas;
  readonly random: Random;
  /** Everything that the operation takes; otherwise what it requires. */
  readonly everything: boolean;
  /** Body to send; none when undefined. */
  readonly content: WireContent | undefined;
  /** Whether the body's media type is the one that a caller need not name. */
  readonly isDefault: boolean;
}

/** OpenAPI 3.1.1, "Parameter Object", `name`: header parameters of these names are ignored. */
const IGNORED = new Set(["accept", "content-type", "authorization"]);

/** RFC 9110 §7.2, §8.6, RFC 9112 §6.1: what these say is not a caller's to choose. */
const OF_THE_MESSAGE = new Set(["host", "content-length", "transfer-encoding", "connection", "expect"]);

const GROUPS: Readonly<Record<Location, keyof OperationInput>> = {
  path: "path",
  query: "query",
  header: "headers",
  cookie: "cookies",
  querystring: "query",
};

/** Samples one call of an operation. */
export function sampleCall(operation: WireOperation, options: CallOptions): WireCall {
  const { content, isDefault } = options;
  const parameters = sampleParameters(operation, options);
  const input: Record<string, unknown> = {};
  for (const { parameter, value } of parameters) {
    const group = GROUPS[parameter.in];
    if (parameter.in === "querystring") input[group] = value;
    else input[group] = { ...(input[group] as Fields | undefined), [parameter.name]: value };
  }
  if (content === undefined) return { operation, input, parameters, body: undefined };
  const mediaType = concreteOf(content.mediaType);
  const sampled = sampleBody(content, options);
  if (!isDefault || mediaType !== content.mediaType) input["contentType"] = mediaType;
  input["body"] = givenOf(sampled);
  const isStructured = ["json", "urlencoded"].includes(formatOf(mediaType));
  return {
    operation,
    input,
    parameters,
    body: { content, mediaType, value: meantOf(sampled), isStructured },
  };
}

function sampleParameters(
  operation: WireOperation,
  { schemas, random, everything }: CallOptions,
): { parameter: WireParameter; value: unknown }[] {
  const taken = new Set(operation.parameters.map(({ in: location, name }) => `${location} ${name}`));
  return operation.parameters.flatMap((parameter) => {
    if (!everything && !parameter.required) return [];
    if (parameter.in === "header" && isIgnored(parameter.name.toLowerCase())) return [];
    const options = { random, everything, direction: "request", nulls: false } as const;
    const texts = textsFor(parameter, operation.path);
    const sampled = sampleValue(parameter.schema, schemas, { ...options, texts, keys: keysFor(parameter) });
    const isFree = parameter.mediaType !== undefined || parameter.in === "querystring";
    const value = isFree ? meantOf(sampled) : flatten(meantOf(sampled), parameter.style === "deepObject");
    if (value === undefined || value === null) return parameter.required ? [{ parameter, value: "x" }] : [];
    return collides(parameter, value, taken) ? [] : [{ parameter, value }];
  });
}

function isIgnored(name: string): boolean {
  return IGNORED.has(name) || OF_THE_MESSAGE.has(name);
}

/**
 * Leaves out what a style does not define: nulls, empty lists and maps, and values below a list or a map, save those of
 * deepObject.
 *
 * @returns undefined when nothing is left
 */
function flatten(value: unknown, isDeep: boolean): unknown {
  const keep = (item: unknown) => {
    if (item === null || item === undefined) return undefined;
    return isDeep ? flatten(item, true) : shapeOf(item) === "text" ? item : undefined;
  };
  switch (shapeOf(value)) {
    case "text":
      return value;
    case "list": {
      const items = (value as unknown[]).map(keep).filter((item) => item !== undefined);
      return items.length === 0 ? undefined : items;
    }
    case "map": {
      const entries = Object.entries(value as Fields).map(([key, item]): [string, unknown] => [
        key,
        keep(item),
      ]);
      const left = entries.filter(([, item]) => item !== undefined);
      return left.length === 0 ? undefined : Object.fromEntries(left);
    }
  }
}

/** An exploded map sends its keys as names: those of other parameters can't be told from them. */
function collides(parameter: WireParameter, value: unknown, taken: Set<string>): boolean {
  const { in: location, style, explode, required, mediaType } = parameter;
  const sendsKeys = shapeOf(value) === "map" && explode && style === "form" && mediaType === undefined;
  if (!sendsKeys || (location !== "query" && location !== "cookie")) return false;
  const names = Object.keys(value as Fields).map((key) => `${location} ${key}`);
  if (!required && names.some((name) => taken.has(name))) return true;
  for (const name of names) taken.add(name);
  return false;
}

function sampleBody(content: WireContent, { schemas, random, everything }: CallOptions): unknown {
  const options = { random, everything, direction: "request", texts: HARD_TEXTS, keys: HARD_KEYS } as const;
  switch (formatOf(content.mediaType)) {
    case "json": {
      const json = { ...options, texts: HARD_BODY_TEXTS, nulls: true };
      return sampleValue(content.schema, schemas, json) ?? null;
    }
    case "urlencoded":
    case "multipart": {
      const files = formatOf(content.mediaType) === "multipart";
      const form = { ...options, texts: textsOfForm(content), files, filled: true };
      return sampleForm(content, sampleValue(content.schema, schemas, form));
    }
    case "lines": {
      const json = { ...options, texts: HARD_BODY_TEXTS, nulls: true };
      return [1, 2].map(() => sampleValue(itemOf(content, schemas), schemas, json) ?? null);
    }
    case "text":
    case "events":
      return random.pick(HARD_BODY_TEXTS.filter((text) => text !== ""));
    default:
      return sampleBytes(random);
  }
}

/** OpenAPI 3.2, "Sequential Media Types": before there was `itemSchema`, a schema of a list described all items. */
function itemOf({ itemSchema, schema }: WireContent, { defs }: Schemas): Schema {
  if (itemSchema !== undefined) return itemSchema;
  const { type, items = true } = simplify(schema, defs, ([first]) => first ?? true) ?? {};
  return type === "array" ? (items as Schema) : schema;
}

/**
 * A form is made of names: what its schema says otherwise can't be sent. Files are of the type that the form asks for,
 * and styles leave out what they do not define.
 */
function sampleForm({ encoding }: WireContent, sampled: unknown): unknown {
  if (shapeOf(sampled) !== "map" || sampled instanceof SampledFile) return {};
  const entries = Object.entries(sampled as Fields).map(([name, value]): [string, unknown] => {
    const { style, explode, contentType } = encoding[name] ?? {};
    const isStyled = (style !== undefined || explode !== undefined) && !holdsFile(value);
    if (isStyled) return [name, flatten(value, style === "deepObject")];
    const [type] = typeof contentType === "string" ? contentType.split(",") : [];
    return [name, type === undefined ? value : withType(value, concreteOf(type))];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function withType(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withType(item, type));
  return value instanceof SampledFile ? value.as(type) : value;
}

/** What separates items is not encoded in parts, and is the same encoded or not in other forms. */
function textsOfForm({ encoding, mediaType }: WireContent): readonly string[] {
  const styles = Object.values(encoding).map(({ style }) => style);
  const joined = Object.values(encoding).some(
    ({ style, explode }) => style !== undefined || explode !== undefined,
  );
  const delimiters = [
    ...(styles.includes("spaceDelimited") ? [" "] : []),
    ...(styles.includes("pipeDelimited") ? ["|"] : []),
    ...(joined && formatOf(mediaType) === "multipart" ? [","] : []),
  ];
  return HARD_TEXTS.filter((text) => !delimiters.some((delimiter) => text.includes(delimiter)));
}
