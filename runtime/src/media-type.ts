/** Type and subtype in lower case, without parameters: `application/json; charset=utf-8` is `application/json`. */
export function essenceOf(mediaType: string): string {
  const end = mediaType.indexOf(";");
  return (end === -1 ? mediaType : mediaType.slice(0, end)).trim().toLowerCase();
}

/** In one form, whatever the case, spaces and order of its parameters; without a charset, which says nothing of its value. */
export function normalizeMediaType(mediaType: string): string {
  const [, ...parameters] = mediaType.split(";").map((part) => part.replace(/[\s"]/g, "").toLowerCase());
  const telling = parameters.filter((parameter) => parameter !== "" && !parameter.startsWith("charset="));
  return [essenceOf(mediaType), ...telling.toSorted()].join(";");
}

/** Whether it is one media type, and can be the value of a header: no list, no control characters (RFC 9110 §8.3.1). */
export function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\t ]*(;[\t\x20-\x7e]*)?$/.test(text);
}

/** JSON, or a format made of it (RFC 6839 §3.1). */
export function isJson(essence: string): boolean {
  return essence.endsWith("/json") || essence.endsWith("+json");
}

/** How JSON values stand one after the other: each on a line of its own, or as a record of RFC 7464. */
export type SequenceKind = "lines" | "records";

/** JSON lines go by many names, none of them registered; Spring's `stream+json` is no JSON either. */
const LINES = /^application\/((x-)?(ndjson|jsonl|json-?lines)|stream\+json)$|\+(ndjson|jsonl)$/;

/**
 * What kind of sequence of JSON values a media type is; undefined for none.
 *
 * @see RFC 8091 for `+json-seq`
 */
export function sequenceKind(essence: string): SequenceKind | undefined {
  if (LINES.test(essence)) return "lines";
  return essence.endsWith("/json-seq") || essence.endsWith("+json-seq") ? "records" : undefined;
}

/** The media types of a range: `image/*` is `MediaTypeLike<"image/">`, `application/*+json` `MediaTypeLike<"application/", "+json">`. */
export type MediaTypeLike<Prefix extends string, Suffix extends string = ""> = `${Prefix}${string}${Suffix}`;

/** A range, `image/*` or `application/*+json`, as opposed to one media type. */
export function isRange(mediaType: string): boolean {
  return essenceOf(mediaType).includes("*");
}

/** Whether a media type is of a range; parameters count for nothing. */
export function isInRange(mediaType: string, range: string): boolean {
  const [type, subtype] = splitEssence(mediaType);
  const [wantedType, wantedSubtype] = splitEssence(range);
  if (wantedType !== "*" && wantedType !== type) return false;
  if (!wantedSubtype.startsWith("*")) return wantedSubtype === subtype;
  return subtype.endsWith(wantedSubtype.slice(1));
}

function splitEssence(mediaType: string): [type: string, subtype: string] {
  const [type = "", subtype = "*"] = essenceOf(mediaType).split("/", 2);
  return [type, subtype];
}
