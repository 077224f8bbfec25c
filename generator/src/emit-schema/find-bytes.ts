import { asObject, type JsonObject } from "../document.ts";
import { isText } from "../media-type.ts";
import type { OperationSchema } from "../operation-schemas.ts";
import { reachableFrom } from "../schema-refs.ts";
import type { Printable } from "./printable.ts";
import { BYTES_OF } from "./schema-place.ts";

/**
 * How the bytes in each component schema are held: as Blobs in the parts of a multipart body, as text in JSON, and as
 * either in a schema that both are made of.
 *
 * @param used - those of the document's operations
 */
export function findBytes(
  document: JsonObject,
  used: readonly OperationSchema[],
): (component: string) => Printable {
  const schemas = asObject(asObject(document["components"])["schemas"]);
  const reached = (areText: boolean) => {
    const found = used.filter(({ mediaType }) => mediaType !== undefined && isText(mediaType) === areText);
    return reachableFrom(new Set(found.map(({ schema }) => schema)), schemas);
  };
  const asBlob = reached(false);
  if (asBlob.size === 0) return () => BYTES_OF.text;
  const asText = reached(true);
  return (component) => {
    if (!asBlob.has(component)) return BYTES_OF.text;
    return asText.has(component) ? BYTES_OF.either : BYTES_OF.blob;
  };
}
