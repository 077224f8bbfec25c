import { asObject, type JsonObject, own, resolve } from "../document.ts";
import { sentSchema } from "../item-schema.ts";
import { essenceOf, isRange, requestFormatOf } from "../media-type.ts";
import type {
  BodyModel,
  LoadedSpec,
  ReadOnlyPlace,
  RequestContentModel,
  SourceOperation,
  TypeModel,
} from "../model.ts";
import { type AliasOf, aliasFor } from "./aliases.ts";
import { encodingsOf } from "./encodings.ts";
import { inOrderOfPreference } from "./media-type-order.ts";
import { requiredProperties } from "./required-properties.ts";

/** Everything that an operation takes for its body; undefined when it takes nothing. */
export function buildBody(
  document: JsonObject,
  { operation, readOnly = {} }: SourceOperation,
  { aliasOf, readOnlyShapes }: { aliasOf: AliasOf; readOnlyShapes: LoadedSpec["readOnlyShapes"] },
): BodyModel | undefined {
  const body = resolve(document, operation["requestBody"]);
  const content = asObject(body["content"]);
  const mediaTypes = inOrderOfPreference(Object.keys(content));
  if (mediaTypes.length === 0) return undefined;
  const typeOf = valueTypes(document, aliasOf);
  return {
    required: body["required"] === true,
    content: mediaTypes.map((mediaType) => {
      const media = asObject(content[mediaType]);
      const place = own(readOnly, mediaType) as ReadOnlyPlace | undefined;
      const { omit = [] } = (typeof place === "string" ? readOnlyShapes?.[place] : place) ?? {};
      const required = requiredProperties(document, { mediaType, media, omit });
      const range = rangeOf(mediaType);
      return {
        mediaType,
        ...(range !== undefined && { range }),
        ...encodingsOf(document, mediaType, media),
        ...(required !== undefined && { required }),
        ...(place !== undefined && { readOnly: place }),
        type: requestType(media, mediaType, typeOf),
      };
    }),
  };
}

type TypeOf = (media: JsonObject, mediaType: string) => TypeModel;

function requestType(media: JsonObject, mediaType: string, typeOf: TypeOf): TypeModel {
  switch (requestFormatOf(mediaType)) {
    case "text":
      return { kind: "string" };
    case "bytes":
      return isAnyFormat(mediaType) && media["schema"] !== undefined
        ? { kind: "anyBody", body: typeOf(media, mediaType) }
        : { kind: "binaryBody" };
    case "multipart":
      return { kind: "multipart", body: typeOf(media, mediaType) };
    case "items":
      return { kind: "sequenceBody", item: typeOf(media, mediaType) };
    default:
      return typeOf(media, mediaType);
  }
}

/** Ranges that JSON and bytes alike are of: the runtime sends by what a body is. */
function isAnyFormat(mediaType: string): boolean {
  return /^(\*|\*\/\*|application\/\*)$/.test(essenceOf(mediaType));
}

/** `application/*+json` begins with `application/` and ends with `+json`. */
function rangeOf(mediaType: string): RequestContentModel["range"] {
  if (!isRange(mediaType)) return undefined;
  const [prefix = "", suffix = ""] = essenceOf(mediaType)
    .replace(/^\*(\/|$)/, "")
    .split("*");
  return { prefix, suffix };
}

/** Media types of one schema share the type of the first, so that a call need not say which it means. */
function valueTypes(document: JsonObject, aliasOf: AliasOf): TypeOf {
  const bySchema = new Map<string, TypeModel>();
  return (media, mediaType) => {
    const schema = sentSchema(document, mediaType, media);
    const alias = aliasFor({ schema }, aliasOf);
    if (alias !== undefined) return alias;
    const key = JSON.stringify(schema) ?? "";
    const known = bySchema.get(key);
    const type: TypeModel = known ?? { kind: "requestBody", mediaType };
    bySchema.set(key, type);
    return type;
  };
}
