import { asObject, type JsonObject } from "../document.ts";
import { type EventSchema, eventSchemasOf, itemSchemaOf } from "../item-schema.ts";
import { essenceOf, responseFormatOf } from "../media-type.ts";
import type { ResponseContentModel, TypeModel } from "../model.ts";
import { type AliasOf, aliasFor } from "./aliases.ts";

/** One of the bodies that an answer may have. */
export interface Body {
  readonly mediaType: string;
  readonly content: ResponseContentModel;
  /** As data of a success, as error of a failure, as data that is asked for as it comes. */
  readonly types: readonly [data: TypeModel, error: TypeModel, streamed: TypeModel];
}

/** What is declared under one media type of one status. */
export interface Declared {
  readonly document: JsonObject;
  readonly aliasOf: AliasOf;
  readonly status: string;
  readonly mediaType: string;
  readonly media: JsonObject;
  /** The types of schemas that other media types of the status have too, by what they say. */
  readonly shared: Map<string, TypeModel>;
}

const STRING: TypeModel = { kind: "string" };

export function describeBody(declared: Declared): Body {
  return { mediaType: declared.mediaType, ...describeContent(declared) };
}

function describeContent(declared: Declared): Omit<Body, "mediaType"> {
  const { mediaType, aliasOf, media } = declared;
  const format = responseFormatOf(mediaType);
  if (format === "events") return describeEvents(declared);
  if (format === "items") {
    const items: TypeModel = { kind: "items", item: itemType(declared) };
    return { content: mediaType, types: [items, STRING, items] };
  }
  // Of what may be anything, what the schema says is all that is known.
  if (format === "json" || isAny(mediaType)) {
    const type = aliasFor(media, aliasOf) ?? sharedType(declared);
    return { content: mediaType, types: [type, type, type] };
  }
  const type: TypeModel = { kind: format === "text" ? "string" : "bytes" };
  return { content: mediaType, types: [type, type, { kind: "byteStream" }] };
}

function itemType(declared: Declared): TypeModel {
  const schema = itemSchemaOf(declared.document, declared.media);
  return schema === undefined ? { kind: "unknown" } : typeFor(schema, declared);
}

function describeEvents(declared: Declared): Omit<Body, "mediaType"> {
  const { document, media, mediaType, status } = declared;
  const kinds = eventSchemasOf(document, media);
  const [first] = kinds as [EventSchema];
  const isOne = kinds.length === 1 && first.names.length === 0;
  const type: TypeModel = isOne
    ? { kind: "events", item: isPlainText(first) ? STRING : typeFor(first.schema, declared) }
    : { kind: "namedEvents", status, mediaType };
  return { content: eventContent(mediaType, kinds), types: [type, STRING, type] };
}

function isPlainText({ format, schema }: EventSchema): boolean {
  const { type, enum: values, const: constant } = asObject(schema);
  return format === "text" && type === "string" && values === undefined && constant === undefined;
}

/** Where every kind of event is named, others are texts: what is new to a document breaks nothing. */
function eventContent(mediaType: string, kinds: readonly EventSchema[]): ResponseContentModel {
  const data = kinds.find(({ names }) => names.length === 0)?.format ?? "text";
  const others = kinds.filter(({ format }) => format !== data);
  const events = Object.fromEntries(
    others.flatMap(({ names, format }) => names.map((name) => [name, format])),
  );
  if (data === "json" && others.length === 0) return mediaType;
  return { mediaType, ...(data === "text" && { data }), ...(others.length > 0 && { events }) };
}

/** That of the first media type with this schema: data of one type need not be told apart. */
function sharedType(declared: Declared): TypeModel {
  const key = JSON.stringify(declared.media["schema"]) ?? "";
  const type = declared.shared.get(key) ?? lookUp(declared);
  declared.shared.set(key, type);
  return type;
}

/** The schema emitter gives sequences the schema of one item. */
function lookUp({ status, mediaType }: Declared): TypeModel {
  return { kind: "response", status, mediaType };
}

function typeFor(schema: unknown, declared: Declared): TypeModel {
  return aliasFor({ schema }, declared.aliasOf) ?? lookUp(declared);
}

/** What is of any type is read by what came, and typed by its schema. */
export function isAny(mediaType: string): boolean {
  return essenceOf(mediaType) === "*/*";
}
