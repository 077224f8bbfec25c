/** How a body of a media type is read and written. */
export type Format = "json" | "urlencoded" | "multipart" | "text" | "bytes" | "events" | "lines";

/** Type and subtype in lower case. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(";")[0] as string).trim().toLowerCase();
}

export function formatOf(mediaType: string): Format {
  const essence = essenceOf(mediaType);
  if (/^text\/event-stream$/.test(essence)) return "events";
  if (/^application\/(x-)?(jsonl|ndjson|json-lines|json-seq)$|\+json-seq$/.test(essence)) return "lines";
  if (/[/+]json$/.test(essence)) return "json";
  if (essence === "application/x-www-form-urlencoded") return "urlencoded";
  if (essence.startsWith("multipart/")) return "multipart";
  return /^text\/|[/+](xml|(x-)?yaml|javascript|jwt)$/.test(essence) ? "text" : "bytes";
}

/** A media type that a range allows. */
export function concreteOf(mediaType: string): string {
  const known: Record<string, string> = {
    "*/*": "application/octet-stream",
    "application/*": "application/octet-stream",
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/ogg",
    "video/*": "video/mp4",
  };
  return known[essenceOf(mediaType)] ?? mediaType.replace("*", "x");
}

/** Whether what came is what was declared, or in its range; parameters that were declared must be there. */
export function isMediaType(actual: string, declared: string): boolean {
  const [type, subtype] = essenceOf(declared).split("/");
  const [actualType, actualSubtype] = essenceOf(actual).split("/");
  const fits = (wanted: string | undefined, got: string | undefined) => wanted === "*" || wanted === got;
  return fits(type, actualType) && fits(subtype, actualSubtype);
}
