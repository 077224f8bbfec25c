import { isJson, type SequenceKind, sequenceKind } from "../media-type.ts";

/** How the body of an answer is read. */
export type BodyFormat = "json" | "text" | "bytes" | SequenceFormat;

/** Many items, each of which can be read once it has come: server-sent events, lines of JSON, RFC 7464's records. */
export type SequenceFormat = "events" | SequenceKind;

/** Text by another type than `text`. */
const TEXT = /^application\/(xml|(x-)?yaml|javascript|jwt|x-www-form-urlencoded)$|\+(xml|yaml)$/;

/** The format of a media type without its parameters. The generator's types go by the same rules. */
export function formatOf(essence: string): BodyFormat {
  if (essence === "text/event-stream") return "events";
  const sequence = sequenceKind(essence);
  if (sequence !== undefined) return sequence;
  if (isJson(essence)) return "json";
  return essence.startsWith("text/") || TEXT.test(essence) ? "text" : "bytes";
}

export function isSequence(format: BodyFormat): format is SequenceFormat {
  return format === "events" || format === "lines" || format === "records";
}
