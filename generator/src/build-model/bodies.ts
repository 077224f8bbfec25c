import { asObject, type JsonObject, resolve } from "../document.ts";
import type { BodyModel, TypeModel } from "../model.ts";
import { type AliasOf, aliasFor } from "./aliases.ts";
import { formatOf, preferredOf } from "./media-types.ts";

export function buildBody(
  document: JsonObject,
  operation: JsonObject,
  aliasOf: AliasOf,
): BodyModel | undefined {
  const body = resolve(document, operation["requestBody"]);
  const content = asObject(body["content"]);
  const mediaType = preferredOf(Object.keys(content));
  if (mediaType === undefined) return undefined;
  const type = requestType(asObject(content[mediaType]), mediaType, aliasOf);
  return { required: body["required"] === true, content: [{ mediaType, type }] };
}

function requestType(media: JsonObject, mediaType: string, aliasOf: AliasOf): TypeModel {
  const format = formatOf(mediaType);
  if (format === "text") return { kind: "string" };
  if (format === "bytes") return { kind: "binaryBody" };
  return aliasFor(media, aliasOf) ?? { kind: "requestBody", mediaType };
}
