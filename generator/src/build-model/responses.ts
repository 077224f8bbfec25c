import { asObject, type JsonObject, resolve } from "../document.ts";
import { type EventSchema, eventSchemasOf, itemSchemaOf } from "../item-schema.ts";
import { essenceOf, responseFormatOf } from "../media-type.ts";
import type { ResponseContentModel, ResponseModel, SourceOperation, TypeModel } from "../model.ts";
import { type AliasOf, aliasFor } from "./aliases.ts";

/** The responses in the order of the document; the 401 that a token can cause is always among them. */
export function buildResponses(
  document: JsonObject,
  source: SourceOperation,
  { aliasOf, token }: { aliasOf: AliasOf; token: boolean },
): ResponseModel[] {
  const responses = listDeclared(source).map(([key, value]) => {
    const content = Object.entries(asObject(resolve(document, value)["content"]));
    const bodies = content.map(([mediaType, media]) =>
      describeBody({ document, aliasOf, status: key, mediaType, media: asObject(media) }),
    );
    return buildResponse(source, key.replace(/x/g, "X"), bodies);
  });
  const isComplete = !token || responses.some(({ status }) => status === "401");
  return isComplete ? responses : inserted(responses, impliedUnauthorized(responses));
}

function buildResponse(source: SourceOperation, status: string, bodies: readonly Body[]): ResponseModel {
  return {
    status,
    outcome: outcomeOf(status, source),
    content: bodies.map(({ content }) => content),
    ...typesOf(isBodiless(source, status) ? [] : bodies),
  };
}

/** The 401 of an operation with a token always goes by its own name, read as the wider declaration says. */
function impliedUnauthorized(responses: readonly ResponseModel[]): ResponseModel {
  const byStatus = (wanted: string) => responses.find(({ status }) => status === wanted);
  const unknown: readonly TypeModel[] = [{ kind: "unknown" }];
  const { errorTypes = unknown } = byStatus("4XX") ?? byStatus("default") ?? {};
  return {
    status: "401",
    outcome: "failure",
    isImplied: true,
    content: [],
    dataTypes: unknown,
    errorTypes,
    streamTypes: unknown,
  };
}

/** Whether a success is text or bytes, which may be asked for as they come. */
export function isStreamable(document: JsonObject, source: SourceOperation): boolean {
  return listDeclared(source).some(([status, value]) => {
    if (outcomeOf(status, source) === "failure" || isBodiless(source, status)) return false;
    const content = asObject(resolve(document, value)["content"]);
    return Object.keys(content).some((mediaType) => isStreamed(mediaType));
  });
}

function isStreamed(mediaType: string): boolean {
  const format = responseFormatOf(mediaType);
  return (format === "text" || format === "bytes") && !isAny(mediaType);
}

function listDeclared({ operation }: SourceOperation): [string, unknown][] {
  return Object.entries(asObject(operation["responses"])).filter(([key]) => STATUS.test(key));
}

const STATUS = /^([1-5]\d\d|[1-5][xX]{2}|default)$/;

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5: whatever is declared, there is none. */
function isBodiless({ method }: SourceOperation, status: string): boolean {
  return method === "head" || status === "204" || status === "205" || status === "304";
}

/** `default` means errors where successes are declared, and anything where none is. */
function outcomeOf(status: string, source: SourceOperation): ResponseModel["outcome"] {
  if (status.startsWith("2")) return "success";
  if (status !== "default") return "failure";
  return listDeclared(source).some(([other]) => other.startsWith("2")) ? "failure" : "either";
}

/** Before the first status that is greater; ranges and `default` sort after the digits that they cover. */
function inserted(responses: readonly ResponseModel[], added: ResponseModel): ResponseModel[] {
  const index = responses.findIndex(({ status }) => status > added.status);
  return responses.toSpliced(index < 0 ? responses.length : index, 0, added);
}

interface Body {
  readonly content: ResponseContentModel;
  /** As data of a success, as error of a failure, as data that is asked for as it comes. */
  readonly types: readonly [data: TypeModel, error: TypeModel, streamed: TypeModel];
}

function typesOf(bodies: readonly Body[]): Pick<ResponseModel, "dataTypes" | "errorTypes" | "streamTypes"> {
  const nothing: TypeModel[] = [{ kind: "undefined" }];
  const nth = (index: 0 | 1 | 2) => (bodies.length > 0 ? bodies.map(({ types }) => types[index]) : nothing);
  return { dataTypes: nth(0), errorTypes: nth(1), streamTypes: nth(2) };
}

/** What is declared under one media type of one status. */
interface Declared {
  readonly document: JsonObject;
  readonly aliasOf: AliasOf;
  readonly status: string;
  readonly mediaType: string;
  readonly media: JsonObject;
}

const STRING: TypeModel = { kind: "string" };

function describeBody(declared: Declared): Body {
  const { mediaType, aliasOf, media } = declared;
  const format = responseFormatOf(mediaType);
  if (format === "events") return describeEvents(declared);
  if (format === "items") {
    const items: TypeModel = { kind: "items", item: itemType(declared) };
    return { content: mediaType, types: [items, STRING, items] };
  }
  // Of what may be anything, what the schema says is all that is known.
  if (format === "json" || isAny(mediaType)) {
    const type = aliasFor(media, aliasOf) ?? lookUp(declared);
    return { content: mediaType, types: [type, type, type] };
  }
  const type: TypeModel = { kind: format === "text" ? "string" : "bytes" };
  return { content: mediaType, types: [type, type, { kind: "byteStream" }] };
}

function itemType(declared: Declared): TypeModel {
  const schema = itemSchemaOf(declared.document, declared.media);
  return schema === undefined ? { kind: "unknown" } : typeFor(schema, declared);
}

function describeEvents(declared: Declared): Body {
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

/** The schema emitter gives sequences the schema of one item. */
function lookUp({ status, mediaType }: Declared): TypeModel {
  return { kind: "response", status, mediaType };
}

function typeFor(schema: unknown, declared: Declared): TypeModel {
  return aliasFor({ schema }, declared.aliasOf) ?? lookUp(declared);
}

function isAny(mediaType: string): boolean {
  return essenceOf(mediaType) === "*/*";
}
