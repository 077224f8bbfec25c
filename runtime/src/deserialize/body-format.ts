import { isJson } from "../media-type.ts";

/** How the body of an answer is read. */
export type BodyFormat = "json" | "text" | "bytes" | SequenceFormat;

/** Many items, each of which can be read once it has come: server-sent events, lines of JSON, RFC 7464's records. */
export type SequenceFormat = "events" | "lines" | "records";

/** JSON lines go by many names, none of them registered; Spring's `stream+json` is no JSON either. */
const LINES = /^application\/((x-)?(ndjson|jsonl|json-?lines)|stream\+json)$|\+(ndjson|jsonl)$/;

/** Text by another type than `text`. */
const TEXT = /^application\/(xml|(x-)?yaml|javascript|jwt|x-www-form-urlencoded)$|\+(xml|yaml)$/;

/**
 * The format of a media type without its parameters. The generator's types go by the same rules.
 *
 * @see RFC 8091 for `+json-seq`
 */
export function formatOf(essence: string): BodyFormat {
  if (essence === "text/event-stream") return "events";
  if (LINES.test(essence)) return "lines";
  if (essence.endsWith("/json-seq") || essence.endsWith("+json-seq")) return "records";
  if (isJson(essence)) return "json";
  return essence.startsWith("text/") || TEXT.test(essence) ? "text" : "bytes";
}

export function isSequence(format: BodyFormat): format is SequenceFormat {
  return format === "events" || format === "lines" || format === "records";
}
