import { asArray, asObject, asString, isObject, type JsonObject, own, resolve } from "./document.ts";
import { isItems, requestFormatOf } from "./media-type.ts";

/** Server-sent events of one kind. */
export interface EventSchema {
  /** Names of the events; empty: any. */
  readonly names: readonly string[];
  /** How their data is read. */
  readonly format: "json" | "text";
  /** Of their data, once it is read. */
  readonly schema: unknown;
}

/** More kinds of events than that count as one of which nothing is known. */
const MAX_KINDS = 100;
/** Deeper schemas say nothing of events. */
const MAX_DEPTH = 10;

/**
 * The schema of one item of a sequence. `itemSchema` says so (OpenAPI 3.2); a `schema` alone is one of each item, too,
 * and one of an array stands for the sequence as a whole.
 *
 * @returns undefined where the document says nothing of the items
 */
export function itemSchemaOf(document: JsonObject, media: JsonObject): unknown {
  const { itemSchema, schema } = media;
  if (itemSchema !== undefined || schema === undefined) return itemSchema;
  const whole = resolve(document, schema);
  const isArray = whole["type"] === "array" && whole["prefixItems"] === undefined;
  return isArray ? whole["items"] : schema;
}

/**
 * The schema that the type of a request body is made from: that of one item where the body is a sequence of JSON values,
 * of a list of them where it is a multipart body of items.
 */
export function sentSchema(document: JsonObject, mediaType: string, media: JsonObject): unknown {
  const { itemSchema, schema } = media;
  if (isItems(mediaType)) return itemSchemaOf(document, media);
  if (schema !== undefined || itemSchema === undefined) return schema;
  return requestFormatOf(mediaType) === "multipart" ? { type: "array", items: itemSchema } : itemSchema;
}

/**
 * The kinds of server-sent events under a media type, at least one.
 *
 * An `itemSchema` describes an event with its fields, whose data is a text, which may have a `contentSchema`
 * (OpenAPI 3.2.0 §4.14.4); one without a property `data`, and any `schema`, describe what the data is.
 */
export function eventSchemasOf(document: JsonObject, media: JsonObject): readonly EventSchema[] {
  const schema = itemSchemaOf(document, media);
  const events = media["itemSchema"] === undefined ? [] : listProperties(document, schema, 0);
  if (events.length === 0 || events.length > MAX_KINDS) return [describeData(document, schema)];
  if (!events.some(({ data }) => data !== undefined)) return [describeData(document, schema)];
  return events.map((fields) => describeEvent(document, fields));
}

/** Fields of an event to their schemas. */
type Fields = Readonly<Record<"event" | "data", unknown>>;

/** The properties of each of the objects that a schema allows. */
function listProperties(document: JsonObject, schema: unknown, depth: number): Fields[] {
  if (depth > MAX_DEPTH) return [];
  const resolved = resolve(document, schema);
  const { event, data } = asObject(resolved["properties"]);
  const within = (schemas: unknown) =>
    asArray(schemas).map((one) => listProperties(document, one, depth + 1));
  const choices = [resolved["oneOf"], resolved["anyOf"]].map((schemas) => within(schemas).flat());
  const parts = [...within(resolved["allOf"]), ...choices].filter((part) => part.length > 0);
  return parts.reduce<Fields[]>(combine, [{ event, data }]);
}

/** Each with each; what the second says goes before what the first does. */
function combine(some: readonly Fields[], others: readonly Fields[]): Fields[] {
  if (some.length * others.length > MAX_KINDS) return [];
  return some.flatMap((one) =>
    others.map(({ event = one.event, data = one.data }): Fields => ({ event, data })),
  );
}

function describeEvent(document: JsonObject, { event, data }: Fields): EventSchema {
  const field = resolve(document, event);
  const values = field["const"] === undefined ? asArray(field["enum"]) : [field["const"]];
  const names = values.filter((value) => typeof value === "string");
  const content = resolve(document, data);
  if (isJson(content)) return { names, format: "json", schema: content["contentSchema"] ?? {} };
  if (content["contentMediaType"] !== undefined) return { names, format: "text", schema: { type: "string" } };
  return { ...describeData(document, data), names };
}

function isJson({ contentMediaType, contentSchema }: JsonObject): boolean {
  const mediaType = asString(contentMediaType);
  return mediaType === undefined ? contentSchema !== undefined : /\bjson\b/i.test(mediaType);
}

/** Data is read as JSON unless its schema is one of texts, or says nothing. */
function describeData(document: JsonObject, schema: unknown): EventSchema {
  const isText = allowsOnlyText(document, schema, 0);
  if (!isText) return { names: [], format: "json", schema };
  return {
    names: [],
    format: "text",
    schema: isSilent(resolve(document, schema)) ? { type: "string" } : schema,
  };
}

const TYPED = ["type", "const", "enum", "oneOf", "anyOf", "allOf", "properties", "items"];

function isSilent(schema: JsonObject): boolean {
  return !TYPED.some((keyword) => own(schema, keyword) !== undefined);
}

function allowsOnlyText(document: JsonObject, schema: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const resolved = resolve(document, schema);
  if (isSilent(resolved)) return depth === 0;
  const { type, const: constant, enum: values, oneOf, anyOf, allOf } = resolved;
  if (type !== undefined) return type === "string";
  if (constant !== undefined) return typeof constant === "string";
  if (Array.isArray(values)) return values.every((value) => typeof value === "string");
  const parts = [oneOf, anyOf, allOf].flatMap(asArray).filter(isObject);
  return parts.length > 0 && parts.every((part) => allowsOnlyText(document, part, depth + 1));
}
