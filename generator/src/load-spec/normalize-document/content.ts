import { isObject, type JsonObject, refOf } from "../../document.ts";
import { isUrlEncoded } from "../../media-type.ts";
import { annotationsOf } from "./annotations.ts";
import { normalizeSchema } from "./schemas.ts";
import { refTo, type Walk } from "./walk.ts";

/** Media types to what is in them; references among them are followed. */
export function normalizeContent(walk: Walk, content: unknown): JsonObject {
  return normalizeEntries(walk, content, "media types", (_, value, mediaType) => {
    if (SENDABLE.test(mediaType)) return normalizeMediaType(walk, value, mediaType);
    walk.warn(
      "a media type is printable ASCII; this one is left out",
      "write it as it is sent: application/json",
    );
    return undefined;
  });
}

/** What is sent in a field of a header. RFC 9110 §8.3.1 allows less; documents have lists, and patterns. */
const SENDABLE = /^[\x20-\x7e]+$/;

/** Names of headers to headers. */
export function normalizeHeaders(walk: Walk, headers: unknown): JsonObject {
  return normalizeEntries(walk, headers, "headers", (_, value) => headerOrRef(walk, value));
}

/** A map of which every entry is normalised; those of which nothing can be made are left out. */
function normalizeEntries(
  walk: Walk,
  value: unknown,
  what: string,
  normalize: (walk: Walk, value: unknown, key: string) => JsonObject | undefined,
): JsonObject {
  if (!isObject(value)) {
    if (value !== undefined && value !== null)
      walk.warn(`expected an object of ${what}; none is taken`, "write { name: { ... } }, or leave it out");
    return {};
  }
  const entries = Object.keys(value).flatMap((key): [string, JsonObject][] => {
    if (key.startsWith("x-") && !isObject(value[key])) return [];
    const normalized = walk.within(key, () => normalize(walk, value[key], key));
    return normalized === undefined ? [] : [[key, normalized]];
  });
  return Object.fromEntries(entries);
}

function normalizeMediaType(walk: Walk, value: unknown, mediaType: string): JsonObject {
  const ref = refOf(value);
  if (ref !== undefined) {
    const target = walk.resolve("mediaTypes", ref);
    return target === undefined
      ? {}
      : walk.at(target, () => normalizeMediaType(walk, target.value, mediaType));
  }
  if (!isObject(value)) {
    walk.warn("expected a media type object; anything is taken", "write {}, or an object with a schema");
    return {};
  }
  const { schema, itemSchema, example } = value;
  return {
    ...(schema !== undefined && { schema: walk.within("schema", () => normalizeSchema(walk, schema)) }),
    ...(itemSchema !== undefined && {
      itemSchema: walk.within("itemSchema", () => normalizeSchema(walk, itemSchema)),
    }),
    ...normalizeEncodings(walk, value, walk.isVersion30 && !isUrlEncoded(mediaType)),
    ...(example !== undefined && { example }),
  };
}

/**
 * How the parts of a media type are written, or of what one of its parts holds.
 *
 * @param isPlain - style, explode and allowReserved mean nothing, as in multipart bodies of OpenAPI 3.0
 * @see OpenAPI 3.0.4 §4.7.15, 3.1.1 §4.8.15
 */
function normalizeEncodings(walk: Walk, value: JsonObject, isPlain: boolean): JsonObject {
  const { encoding, prefixEncoding, itemEncoding } = value;
  const normalize = (_: Walk, entry: unknown) => normalizeEncoding(walk, entry, isPlain);
  const normalizeItem = () => normalize(walk, itemEncoding) ?? {};
  return {
    ...(encoding !== undefined && {
      encoding: walk.within("encoding", () => normalizeEntries(walk, encoding, "encodings", normalize)),
    }),
    ...(Array.isArray(prefixEncoding) && {
      prefixEncoding: walk.within("prefixEncoding", () =>
        prefixEncoding.map((entry, index) => walk.within(index, () => normalize(walk, entry)) ?? {}),
      ),
    }),
    ...(isObject(itemEncoding) && { itemEncoding: walk.within("itemEncoding", normalizeItem) }),
  };
}

function normalizeEncoding(walk: Walk, value: unknown, isPlain: boolean): JsonObject | undefined {
  if (!isObject(value)) return walk.leaveOut("an encoding object");
  const { headers, contentType, style, explode, allowReserved } = value;
  return {
    ...(typeof contentType === "string" && { contentType }),
    ...(typeof style === "string" && !isPlain && { style }),
    ...(typeof explode === "boolean" && !isPlain && { explode }),
    ...(typeof allowReserved === "boolean" && !isPlain && { allowReserved }),
    ...(headers !== undefined && { headers: walk.within("headers", () => normalizeHeaders(walk, headers)) }),
    ...normalizeEncodings(walk, value, isPlain),
  };
}

function headerOrRef(walk: Walk, value: unknown): JsonObject | undefined {
  const ref = refOf(value);
  if (ref === undefined) return normalizeHeader(walk, value);
  const component = walk.component("headers", ref, normalizeHeader);
  return component && refTo(component, annotationsOf(walk, value));
}

/** A header is a parameter whose name and place are known. */
export function normalizeHeader(walk: Walk, value: unknown): JsonObject | undefined {
  if (!isObject(value)) return walk.leaveOut("a header object");
  return { ...annotationsOf(walk, value), ...describeValue(walk, value) };
}

/** What parameters and headers say of their value: its schema, and how it is written. */
export function describeValue(walk: Walk, value: JsonObject): JsonObject {
  const { required, style, explode, allowReserved, content, example } = value;
  const media = content === undefined ? {} : walk.within("content", () => normalizeContent(walk, content));
  const [first] = Object.values(media);
  return {
    ...(required === true && { required }),
    ...(typeof style === "string" && { style }),
    ...(typeof explode === "boolean" && { explode }),
    ...(typeof allowReserved === "boolean" && { allowReserved }),
    // The types of a document are made of schemas alone: that of the content is given as well.
    schema: isObject(first) ? (first["schema"] ?? {}) : schemaOf(walk, value),
    ...(isObject(first) && { content: media }),
    ...(example !== undefined && { example }),
  };
}

/** Swagger 2.0 has the keywords of the schema in the parameter itself; documents of 3.x are left with them. */
function schemaOf(walk: Walk, value: JsonObject): JsonObject {
  if (value["schema"] !== undefined)
    return walk.within("schema", () => normalizeSchema(walk, value["schema"]));
  const { type, format, items, enum: values, default: fallback } = value;
  if (typeof type !== "string") return {};
  walk.warn("the type belongs into a schema; it is read as if it were there", "put it into `schema`", "type");
  const schema = { type, format, items, enum: values, default: fallback };
  return normalizeSchema(
    walk,
    Object.fromEntries(Object.entries(schema).filter(([, entry]) => entry !== undefined)),
  );
}
