import { asArray, asObject, type JsonObject } from "../document.ts";
import { requestFormatOf } from "../media-type.ts";
import { combinedSchemas } from "./combined-schemas.ts";

/**
 * The properties that a form must have, by its schema, those that it refers to and those that it is made of. What is
 * read-only is never sent.
 *
 * @param options.omit - read-only properties
 * @returns undefined for none
 */
export function requiredProperties(
  document: JsonObject,
  { mediaType, media, omit }: { mediaType: string; media: JsonObject; omit: readonly string[] },
): readonly string[] | undefined {
  const format = requestFormatOf(mediaType);
  if (format !== "multipart" && format !== "urlencoded") return undefined;
  const schemas = combinedSchemas(document, media["schema"]);
  const isReadOnly = (name: string) => {
    const declared = schemas.map((schema) => asObject(schema["properties"])[name]);
    return declared.some((one) => combinedSchemas(document, one).some((part) => part["readOnly"] === true));
  };
  const names = schemas
    .flatMap(({ required }) => asArray(required))
    .filter((name) => typeof name === "string");
  const sent = [...new Set(names)].filter((name) => !omit.includes(name) && !isReadOnly(name));
  return sent.length > 0 ? sent : undefined;
}
