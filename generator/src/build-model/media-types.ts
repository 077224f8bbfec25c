/** How a body is read and written. */
export type BodyFormat = "json" | "multipart" | "urlencoded" | "text" | "bytes";

/** The runtime decides by the same rules when it reads and writes a body: the types must agree with it. */
export function formatOf(mediaType: string): BodyFormat {
  const essence = essenceOf(mediaType);
  if (essence.endsWith("/json") || essence.endsWith("+json")) return "json";
  if (essence === "multipart/form-data") return "multipart";
  if (essence === "application/x-www-form-urlencoded") return "urlencoded";
  return essence.startsWith("text/") ? "text" : "bytes";
}

/** Type and subtype in lower case, without parameters: `application/json; charset=utf-8` is `application/json`. */
export function essenceOf(mediaType: string): string {
  return mediaType.replace(/;.*$/s, "").trim().toLowerCase();
}

/** What a client sends, of all that an operation takes; undefined when it takes nothing. */
export function preferredOf(mediaTypes: readonly string[]): string | undefined {
  const inOrder = PREFERRED.map((isWanted) => mediaTypes.find(isWanted));
  return inOrder.find((found) => found !== undefined) ?? mediaTypes[0];
}

const PREFERRED: readonly ((mediaType: string) => boolean)[] = [
  (mediaType) => essenceOf(mediaType) === "application/json",
  (mediaType) => formatOf(mediaType) === "json",
  (mediaType) => formatOf(mediaType) === "multipart",
  (mediaType) => formatOf(mediaType) === "urlencoded",
  (mediaType) => formatOf(mediaType) === "text",
];
