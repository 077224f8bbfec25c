import { invalidOption } from "../errors.ts";
import { essenceOf, isJson, writeJson } from "../media-type.ts";
import type { Parameter } from "../operation.ts";

type Encode = (text: string) => string;
/** Gives the text of one parameter; undefined when there is nothing to send. */
type Expand = (value: unknown) => string | undefined;

/** Compiles a path parameter: styles `simple`, `label` and `matrix`. */
export function compilePathParameter(parameter: Parameter): Expand {
  const { name, style = "simple", explode = false } = parameter;
  const { content } = parameter;
  if (content !== undefined) return (value) => encodeText(writeContent(content, value));
  const encode = parameter.allowReserved ? encodeReservedSegment : encodeText;
  const label = encode(name);
  switch (style) {
    case "label":
      return (value) => prefixed(".", expand(value, { separator: explode ? "." : ",", explode, encode }));
    case "matrix":
      return (value) =>
        prefixed(";", expand(value, { separator: explode ? ";" : ",", explode, encode, label, bare: true }));
    default:
      return (value) => expand(value, { separator: ",", explode, encode });
  }
}

/** Compiles a query parameter: styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`. */
export function compileQueryParameter(parameter: Parameter): Expand {
  const { name, style = "form", content } = parameter;
  const encode = parameter.allowReserved ? encodeReserved : encodeText;
  const label = encodeText(name);
  if (content !== undefined) return (value) => `${label}=${encodeText(writeContent(content, value))}`;
  if (style === "deepObject") return (value) => expandDeep(label, value, encode);
  const { explode = style === "form" } = parameter;
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style as string] ?? ",";
  return (value) => expand(value, { separator: explode ? "&" : delimiter, explode, encode, label });
}

/** Compiles a cookie parameter: styles `form` and `cookie`. */
export function compileCookie(parameter: Parameter): Expand {
  const { name, style = "form", explode = true, content } = parameter;
  // Style `cookie` encodes nothing: what would end the value can't be sent (RFC 6265 §4.1.1).
  const encode = style === "cookie" ? (text: string) => assertCookieText(text, name) : encodeText;
  if (content !== undefined) return (value) => `${name}=${encode(writeContent(content, value))}`;
  return (value) => expand(value, { separator: explode ? "; " : ",", explode, encode, label: name });
}

/** Compiles a header parameter into a function that gives field name and value. */
export function compileHeader(
  parameter: Parameter,
): (value: unknown) => readonly [string, string] | undefined {
  const { name, explode = false, content } = parameter;
  const field = name.toLowerCase();
  return (value) => {
    const text =
      content === undefined
        ? expand(value, { separator: ",", explode, encode: String })
        : writeContent(content, value);
    return text === undefined ? undefined : [field, assertHeaderText(text, name)];
  };
}

interface Expansion {
  readonly separator: string;
  readonly explode: boolean;
  readonly encode: Encode;
  /** Encoded name, for styles that send it. */
  readonly label?: string;
  /** An empty value is sent as the name alone, without `=`. */
  readonly bare?: boolean;
}

/** Variable expansion in the manner of RFC 6570 §3.2; an empty list or object gives nothing. */
function expand(value: unknown, how: Expansion): string | undefined {
  const { separator, explode, encode, label } = how;
  if (!isStructured(value)) return named(encode(stringify(value)), how);
  const entries = listEntries(value);
  if (entries.length === 0) return undefined;
  if (Array.isArray(value)) {
    const items = entries.map(([, item]) => encode(stringify(item)));
    return explode
      ? items.map((item) => named(item, how)).join(separator)
      : named(items.join(separator), how);
  }
  const pairs = entries.map(([key, item]) => [encode(key), encode(stringify(item))] as const);
  if (explode) return pairs.map(([key, item]) => named(item, { ...how, label: key })).join(separator);
  const list = pairs.flat().join(separator);
  return label === undefined ? list : `${label}=${list}`;
}

function named(text: string, { label, bare }: Expansion): string {
  if (label === undefined) return text;
  return bare && text === "" ? label : `${label}=${text}`;
}

/** `filter[price][gte]=5`; lists repeat their name. Deeper than one level is a convention, not in OpenAPI. */
function expandDeep(label: string, value: unknown, encode: Encode): string | undefined {
  if (!isStructured(value)) return `${label}=${encode(stringify(value))}`;
  const suffix = (key: string) => (Array.isArray(value) ? label : `${label}%5B${encode(key)}%5D`);
  const pairs = listEntries(value).map(([key, item]) => expandDeep(suffix(key), item, encode));
  return pairs.filter((pair) => pair !== undefined).join("&") || undefined;
}

/** A list or an object, as opposed to what is sent as one text. */
export function isStructured(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

/** Own entries that have a value. */
export function listEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
}

/** @see RFC 9110 §5.5 */
function assertHeaderText(text: string, name: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) {
    throw invalidOption(`headers.${name}`, "may hold no control character and none beyond Latin-1");
  }
  return text;
}

function assertCookieText(text: string, name: string): string {
  if (/[;\p{Cc}]/u.test(text))
    throw invalidOption(`cookies.${name}`, "may not hold a semicolon or a control character");
  return text;
}

/** A parameter declared by `content`: in its media type, without a style. */
function writeContent(mediaType: string, value: unknown): string {
  return isJson(essenceOf(mediaType)) ? writeJson(value) : stringify(value);
}

/** The text of one value; dates as RFC 3339 says. */
export function stringify(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return typeof value === "object" ? writeJson(value) : String(value);
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : prefix + text;
}

/** Everything but RFC 3986's unreserved characters; encodeURIComponent spares five more. */
function encodeText(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text; // Most values: numbers, ids.
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, encodeAscii);
}

/** Leaves reserved characters, save those that would end or split the value in a URL. */
function encodeReserved(text: string): string {
  return encodeText(text).replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|3D)/g, decodeURIComponent);
}

/** In a path, what would end the segment or the path is encoded all the same. */
function encodeReservedSegment(text: string): string {
  return encodeReserved(text).replace(/[/?]/g, encodeAscii);
}

function encodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
