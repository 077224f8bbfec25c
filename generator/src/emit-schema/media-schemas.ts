import { asObject, type JsonObject, resolve } from "../document.ts";
import type { SourceOperation } from "../model.ts";

/** The schemas of the bodies of all operations, each with its media type. */
export function mediaSchemas(
  document: JsonObject,
  operations: readonly SourceOperation[],
): (readonly [mediaType: string, schema: unknown])[] {
  const bodies = operations.flatMap(({ operation }) => {
    return [operation["requestBody"], ...Object.values(asObject(operation["responses"]))];
  });
  const resolved = new Set(bodies.map((body) => resolve(document, body)));
  return [...resolved].flatMap((body) =>
    Object.entries(asObject(body["content"])).map(([name, media]) => {
      const { schema, itemSchema } = resolve(document, media);
      return [name, schema ?? itemSchema] as const;
    }),
  );
}
