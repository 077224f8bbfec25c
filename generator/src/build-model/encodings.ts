import { asArray, asObject, asString, isObject, type JsonObject, resolve } from "../document.ts";
import { essenceOf, isUrlEncoded, requestFormatOf } from "../media-type.ts";
import type { EncodingsModel, ParameterModel, PartEncodingModel } from "../model.ts";
import { effectiveStyle, headerModel } from "./parameters.ts";

/** How the parts of a media type are written: what its Encoding Objects say, and what a schema implies. */
export function encodingsOf(document: JsonObject, mediaType: string, media: JsonObject): EncodingsModel {
  const format = requestFormatOf(mediaType);
  if (format !== "multipart" && format !== "urlencoded") return {};
  const encodings = encodingModels(document, mediaType, media);
  const implied = format === "multipart" ? impliedEncodings(document, media) : {};
  const encoding = { ...implied, ...encodings.encoding };
  return { ...encodings, ...(Object.keys(encoding).length > 0 && { encoding }) };
}

function encodingModels(document: JsonObject, mediaType: string, value: JsonObject): EncodingsModel {
  const { encoding, prefixEncoding, itemEncoding } = value;
  const model = (entry: unknown) => encodingModel(document, mediaType, asObject(entry));
  return {
    ...(isObject(encoding) && { encoding: mapValues(encoding, model) }),
    ...(Array.isArray(prefixEncoding) && { prefixEncoding: prefixEncoding.map(model) }),
    ...(isObject(itemEncoding) && { itemEncoding: model(itemEncoding) }),
  };
}

/** OpenAPI 3.2: an encoding with any of style, explode and allowReserved is one of style, its content type ignored. */
function encodingModel(document: JsonObject, mediaType: string, encoding: JsonObject): PartEncodingModel {
  const { style, explode, allowReserved } = encoding;
  const hasStyle = style !== undefined || explode !== undefined || allowReserved !== undefined;
  const contentType = asString(encoding["contentType"]);
  const isForm = isUrlEncoded(mediaType) || essenceOf(mediaType) === "multipart/form-data";
  const headers = headersOf(document, encoding, mediaType);
  return {
    ...(hasStyle && isForm
      ? { style: "form", ...effectiveStyle(encoding, "query") }
      : contentType !== undefined && { contentType }),
    ...(headers.length > 0 && { headers }),
    ...(contentType !== undefined && encodingModels(document, contentType, encoding)),
  };
}

function headersOf(document: JsonObject, encoding: JsonObject, mediaType: string): ParameterModel[] {
  if (requestFormatOf(mediaType) !== "multipart") return [];
  const headers = Object.entries(asObject(encoding["headers"]));
  return headers.map(([name, header]) => headerModel(name, resolve(document, header)));
}

/** Text in an encoding of its own is bytes to OpenAPI, unless an Encoding Object says what it is. */
function impliedEncodings(document: JsonObject, media: JsonObject): Record<string, PartEncodingModel> {
  const properties = Object.entries(asObject(resolve(document, media["schema"])["properties"]));
  const encoded = properties.filter(([, value]) => {
    const schema = resolve(document, value);
    const item = schema["items"] === undefined ? schema : resolve(document, schema["items"]);
    return asArray(item["type"]).concat(item["type"]).includes("string") && isEncodedText(item);
  });
  return Object.fromEntries(encoded.map(([name]) => [name, { contentType: "application/octet-stream" }]));
}

function isEncodedText({ contentEncoding }: JsonObject): boolean {
  return typeof contentEncoding === "string" && !/^(binary|7bit|8bit)$/i.test(contentEncoding);
}

/**
 * The properties that a form must have, as far as its schema says so plainly; read-only ones are never sent.
 *
 * @returns undefined for none
 */
export function requiredOf(
  document: JsonObject,
  mediaType: string,
  media: JsonObject,
): readonly string[] | undefined {
  const format = requestFormatOf(mediaType);
  if (format !== "multipart" && format !== "urlencoded") return undefined;
  const { properties, required } = resolve(document, media["schema"]);
  const names = asArray(required).filter((name): name is string => {
    if (typeof name !== "string") return false;
    return resolve(document, asObject(properties)[name])["readOnly"] !== true;
  });
  return names.length > 0 ? names : undefined;
}

function mapValues<Value>(object: JsonObject, map: (value: unknown) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
