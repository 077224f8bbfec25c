import type { JsonObject } from "../document.ts";
import { type EventSchema, eventSchemasOf, itemSchemaOf } from "../item-schema.ts";
import { responseFormatOf } from "../media-type.ts";

/**
 * The schema that a response's type is made from: that of one item, where the response is a sequence of them.
 *
 * Events of one kind become their data; of several, objects with name and data.
 */
export function responseSchema(document: JsonObject, mediaType: string, media: JsonObject): unknown {
  const format = responseFormatOf(mediaType);
  if (format === "items") return itemSchemaOf(document, media) ?? media["schema"];
  if (format !== "events") return media["schema"];
  const [first, ...others] = eventSchemasOf(document, media);
  if (first === undefined || (others.length === 0 && first.names.length === 0)) return first?.schema;
  return { oneOf: [first, ...others].map(eventObject) };
}

function eventObject({ names, schema }: EventSchema): JsonObject {
  const event = names.length === 0 ? { type: "string" } : { type: "string", enum: [...names] };
  return { type: "object", required: ["event", "data"], properties: { event, data: schema } };
}
