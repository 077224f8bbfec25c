/** How a body is read and written. */
export type BodyFormat = "json" | "multipart" | "urlencoded" | "text" | "bytes";

/** The runtime decides by the same rules when it reads and writes a body: the types must agree with it. */
export function formatOf(mediaType: string): BodyFormat {
  const essence = essenceOf(mediaType);
  if (essence.endsWith("/json") || essence.endsWith("+json")) return "json";
  if (essence.startsWith("multipart/")) return "multipart";
  if (essence === "application/x-www-form-urlencoded") return "urlencoded";
  return essence.startsWith("text/") ? "text" : "bytes";
}

/** Type and subtype in lower case, without parameters: `application/json; charset=utf-8` is `application/json`. */
export function essenceOf(mediaType: string): string {
  return mediaType.replace(/;.*$/s, "").trim().toLowerCase();
}

/** A range, `image/*` or `application/*+json`, as opposed to one media type. */
export function isRange(mediaType: string): boolean {
  return essenceOf(mediaType).includes("*");
}

/** What a client sends of all that an operation takes, unless a call says otherwise, before the others. */
export function inOrderOfPreference(mediaTypes: readonly string[]): readonly string[] {
  const inOrder = PREFERRED.map((isWanted) => mediaTypes.find(isWanted));
  const preferred = inOrder.find((found) => found !== undefined);
  if (preferred === undefined) return mediaTypes;
  return [preferred, ...mediaTypes.filter((mediaType) => mediaType !== preferred)];
}

const PREFERRED: readonly ((mediaType: string) => boolean)[] = [
  (mediaType) => essenceOf(mediaType) === "application/json",
  (mediaType) => formatOf(mediaType) === "json" && !isRange(mediaType),
  (mediaType) => essenceOf(mediaType) === "multipart/form-data",
  (mediaType) => formatOf(mediaType) === "urlencoded",
  (mediaType) => formatOf(mediaType) === "multipart" && !isRange(mediaType),
  (mediaType) => formatOf(mediaType) === "text" && !isRange(mediaType),
  (mediaType) => !isRange(mediaType),
];
