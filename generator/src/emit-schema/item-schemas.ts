import { asObject, isObject, type JsonObject, resolve } from "../document.ts";
import { type EventSchema, eventSchemasOf, itemSchemaOf } from "../item-schema.ts";
import { responseFormatOf } from "../response-format.ts";

/**
 * Gives each sequence among an operation's answers the schema of one item as its schema: openapi-typescript knows no
 * other. Changes what it is given; what several operations share, once.
 *
 * Events of one kind become their data; of several, objects with name and data.
 */
export function useItemSchemas(document: JsonObject, operation: JsonObject, done: Set<unknown>): void {
  for (const response of Object.values(asObject(operation["responses"]))) {
    const content = asObject(resolve(document, response)["content"]);
    for (const [mediaType, media] of Object.entries(content)) {
      if (!isObject(media) || done.has(media)) continue;
      done.add(media);
      const schema = schemaOf(document, mediaType, media);
      if (schema !== undefined) media["schema"] = schema;
    }
  }
}

function schemaOf(document: JsonObject, mediaType: string, media: JsonObject): unknown {
  const format = responseFormatOf(mediaType);
  if (format === "items") return itemSchemaOf(document, media);
  if (format !== "events") return undefined;
  const [first, ...others] = eventSchemasOf(document, media);
  if (first === undefined || (others.length === 0 && first.names.length === 0)) return first?.schema;
  return { oneOf: [first, ...others].map(eventObject) };
}

function eventObject({ names, schema }: EventSchema): JsonObject {
  const event = names.length === 0 ? { type: "string" } : { type: "string", enum: [...names] };
  return { type: "object", required: ["event", "data"], properties: { event, data: schema } };
}
