import {
  asArray,
  asObject,
  asString,
  isObject,
  type JsonObject,
  mapValues,
  own,
  resolve,
} from "../document.ts";
import { essenceOf, isUrlEncoded, requestFormatOf } from "../media-type.ts";
import type { EncodingsModel, ParameterModel, PartEncodingModel } from "../model.ts";
import { combinedSchemas } from "./combined-schemas.ts";
import { effectiveStyle, headerModel } from "./parameters.ts";
import { valueType } from "./value-type.ts";

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
  const { encoding, prefixEncoding, itemEncoding, schema } = value;
  const model = (entry: unknown, property?: unknown) =>
    encodingModel(document, mediaType, { encoding: asObject(entry), property });
  return {
    ...(isObject(encoding) && {
      encoding: mapValues(encoding, (entry, name) => model(entry, propertyOf(document, schema, name))),
    }),
    ...(Array.isArray(prefixEncoding) && { prefixEncoding: prefixEncoding.map((entry) => model(entry)) }),
    ...(isObject(itemEncoding) && { itemEncoding: model(itemEncoding) }),
  };
}

/** OpenAPI 3.2: an encoding with any of style, explode and allowReserved is one of style, its content type ignored. */
function encodingModel(
  document: JsonObject,
  mediaType: string,
  { encoding, property }: { encoding: JsonObject; property: unknown },
): PartEncodingModel {
  const { style, explode, allowReserved } = encoding;
  const hasStyle = style !== undefined || explode !== undefined || allowReserved !== undefined;
  const contentType = asString(encoding["contentType"]);
  const isForm = isUrlEncoded(mediaType) || essenceOf(mediaType) === "multipart/form-data";
  const headers = headersOf(document, encoding, mediaType);
  return {
    ...(hasStyle && isForm
      ? { style: "form", ...effectiveStyle(encoding, "query"), ...typeOf(document, property) }
      : contentType !== undefined && { contentType }),
    ...(headers.length > 0 && { headers }),
    ...(contentType !== undefined && encodingModels(document, contentType, encoding)),
  };
}

function typeOf(document: JsonObject, property: unknown): Pick<PartEncodingModel, "type"> {
  const type = valueType(document, property);
  return type === undefined ? {} : { type };
}

/** Its schema: of several that a form is made of, all of them. */
function propertyOf(document: JsonObject, schema: unknown, name: string): unknown {
  const declared = combinedSchemas(document, schema).map(({ properties }) => own(properties, name));
  const known = declared.filter((one) => one !== undefined);
  return known.length > 0 ? { allOf: known } : undefined;
}

function headersOf(document: JsonObject, encoding: JsonObject, mediaType: string): ParameterModel[] {
  if (requestFormatOf(mediaType) !== "multipart") return [];
  const headers = Object.entries(asObject(encoding["headers"]));
  return headers.map(([name, header]) => headerModel(document, name, resolve(document, header)));
}

/** Text in an encoding of its own is bytes to OpenAPI, unless an Encoding Object says what it is. */
function impliedEncodings(document: JsonObject, media: JsonObject): Record<string, PartEncodingModel> {
  const properties = combinedSchemas(document, media["schema"]).flatMap(({ properties }) =>
    Object.entries(asObject(properties)),
  );
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
