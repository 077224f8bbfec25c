import { asObject, type JsonObject } from "../document.ts";
import { isText } from "../media-type.ts";
import { reachableFrom } from "../schema-refs.ts";
import type { Printable } from "./printable.ts";
import { BYTES_OF } from "./schema-place.ts";

/**
 * How the bytes in each component schema are held: as Blobs in the parts of a multipart body, as text in JSON, and as
 * either in a schema that both are made of.
 *
 * @param media - every media type of the document's bodies, with its schema
 */
export function findBytes(
  document: JsonObject,
  media: readonly (readonly [mediaType: string, schema: unknown])[],
): (component: string) => Printable {
  const schemas = asObject(asObject(document["components"])["schemas"]);
  const reached = (areText: boolean) => {
    const found = media.filter(([name]) => isText(name) === areText).map(([, schema]) => schema);
    return reachableFrom(new Set(found), schemas);
  };
  const asBlob = reached(false);
  if (asBlob.size === 0) return () => BYTES_OF.text;
  const asText = reached(true);
  return (component) => {
    if (!asBlob.has(component)) return BYTES_OF.text;
    return asText.has(component) ? BYTES_OF.either : BYTES_OF.blob;
  };
}
