/** How the body of an answer is read. */
export type ResponseFormat = "json" | "text" | "bytes" | "events" | "items";

/** JSON lines go by many names, none of them registered. RFC 7464, RFC 8091 for the sequences. */
const ITEMS =
  /^application\/((x-)?(ndjson|jsonl|json-?lines)|stream\+json)$|\+(ndjson|jsonl)$|\/json-seq$|\+json-seq$/;

const TEXT = /^text\/|^application\/(xml|(x-)?yaml|javascript|jwt|x-www-form-urlencoded)$|\+(xml|yaml)$/;

/**
 * The format of a media type, which may have parameters or be a range. The runtime decides by the same rules when it
 * reads a body: the types must agree with it.
 */
export function responseFormatOf(mediaType: string): ResponseFormat {
  const essence = mediaType.replace(/;.*$/s, "").trim().toLowerCase();
  if (essence === "text/event-stream") return "events";
  if (ITEMS.test(essence)) return "items";
  if (essence.endsWith("/json") || essence.endsWith("+json")) return "json";
  return TEXT.test(essence) ? "text" : "bytes";
}
