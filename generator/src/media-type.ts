/** How a request body is written. */
export type RequestFormat = "json" | "items" | "multipart" | "urlencoded" | "text" | "bytes";

/** How the body of an answer is read. */
export type ResponseFormat = "json" | "text" | "bytes" | "events" | "items";

/** Type and subtype in lower case, without parameters: `application/json; charset=utf-8` is `application/json`. */
export function essenceOf(mediaType: string): string {
  return mediaType.replace(/;.*$/s, "").trim().toLowerCase();
}

/** A range, `image/*` or `application/*+json`, as opposed to one media type. */
export function isRange(mediaType: string): boolean {
  return essenceOf(mediaType).includes("*");
}

/** Whether a media type, or a range, is of a range. */
export function isInRange(mediaType: string, range: string): boolean {
  const [type = "", subtype = "*"] = essenceOf(mediaType).split("/", 2);
  const [wantedType = "", wantedSubtype = "*"] = essenceOf(range).split("/", 2);
  if (wantedType !== "*" && wantedType !== type) return false;
  if (!wantedSubtype.startsWith("*")) return wantedSubtype === subtype;
  return subtype.endsWith(wantedSubtype.slice(1));
}

export function isUrlEncoded(mediaType: string): boolean {
  return essenceOf(mediaType) === "application/x-www-form-urlencoded";
}

/** Whether what is written as a media type is text, which has no room for bytes. */
export function isText(mediaType: string): boolean {
  return /[/+](json|xml)\b|^text\/|x-www-form-urlencoded/i.test(mediaType) || isItems(mediaType);
}

/**
 * The format of a request body of a media type or range. The runtime goes by the same rules when it writes one: the types
 * must agree with it.
 */
export function requestFormatOf(mediaType: string): RequestFormat {
  const essence = essenceOf(mediaType);
  if (isItems(essence)) return "items";
  if (isJson(essence)) return "json";
  if (essence.startsWith("multipart/")) return "multipart";
  if (isUrlEncoded(essence)) return "urlencoded";
  return essence.startsWith("text/") ? "text" : "bytes";
}

/** JSON lines go by many names, none of them registered. RFC 7464, RFC 8091 for the sequences. */
const ITEMS =
  /^application\/((x-)?(ndjson|jsonl|json-?lines)|stream\+json)$|\+(ndjson|jsonl)$|\/json-seq$|\+json-seq$/;

const TEXT = /^text\/|^application\/(xml|(x-)?yaml|javascript|jwt|x-www-form-urlencoded)$|\+(xml|yaml)$/;

/** The format of an answer of a media type or range, by the same rules as the runtime reads one. */
export function responseFormatOf(mediaType: string): ResponseFormat {
  const essence = essenceOf(mediaType);
  if (essence === "text/event-stream") return "events";
  if (isItems(essence)) return "items";
  if (isJson(essence)) return "json";
  return TEXT.test(essence) ? "text" : "bytes";
}

/** Whether it is a sequence of JSON values, each of which is sent or read once it is there. */
export function isItems(mediaType: string): boolean {
  return ITEMS.test(essenceOf(mediaType));
}

/** RFC 6839 §3.1 for the suffix. */
function isJson(essence: string): boolean {
  return essence.endsWith("/json") || essence.endsWith("+json");
}
