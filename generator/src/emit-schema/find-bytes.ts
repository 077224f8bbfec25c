import { asObject, type JsonObject, resolve } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import { reachableFrom } from "../schema-refs.ts";
import { isText } from "./media-type.ts";
import type { Printable } from "./printable.ts";
import { BYTES_OF } from "./schema-place.ts";

/**
 * How the bytes in each component schema are held: as Blobs in the parts of a multipart body, as text in JSON, and as
 * either in a schema that both are made of.
 */
export function findBytes(
  document: JsonObject,
  operations: readonly SourceOperation[],
): (component: string) => Printable {
  const schemas = asObject(asObject(document["components"])["schemas"]);
  const media = operations.flatMap(({ operation }) => mediaTypesOf(document, operation));
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

/** Media types of an operation's bodies, each with its schema. */
function mediaTypesOf(document: JsonObject, operation: JsonObject): [string, unknown][] {
  const bodies = [operation["requestBody"], ...Object.values(asObject(operation["responses"]))];
  return bodies.flatMap((body) =>
    Object.entries(asObject(resolve(document, body)["content"])).map(([name, media]): [string, unknown] => {
      const { schema, itemSchema } = resolve(document, media);
      return [name, schema ?? itemSchema];
    }),
  );
}
