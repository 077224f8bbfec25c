import { invalidOption } from "../errors.ts";
import { essenceOf, isJson } from "../media-type.ts";
import type { Parameter } from "../operation.ts";
import type { Expand } from "./parameters.ts";
import { encodeReserved, encodeText } from "./percent-encoding.ts";
import { compileQueryStyle } from "./query-style.ts";
import { type Encoders, expandText, joined, joinPair } from "./styles.ts";
import { writeContentText } from "./url-encoded.ts";

/**
 * Compiles a header parameter, of style `simple`. Nothing is percent-encoded: no rule for that holds for all headers
 * (OpenAPI 3.2, appendix D), so that a value is what its header wants, quoted and escaped.
 *
 * @param where - what an error calls the parameter
 */
export function compileHeader({ explode = false, content, type }: Parameter, where: string): Expand {
  if (content !== undefined) {
    const write = isJson(essenceOf(content)) ? escapeNonAscii : String;
    return (value) => assertHeaderText(write(writeContentText(content, value, where)), where);
  }
  const encodeItem = (text: string) => assertHeaderItem(text, where);
  const encodeKey = (text: string) => assertHeaderKey(text, where);
  const style = { explode, delimiter: ",", encode: String, encodeItem, encodeKey, type, where };
  return (value) => {
    const text = expandText(value, style);
    return text === undefined ? undefined : assertHeaderText(text, where);
  };
}

/** Compiles a cookie parameter: styles `form` and `cookie`. */
export function compileCookie(parameter: Parameter, where: string): Expand {
  const { name, content } = parameter;
  const label = encodeCookieName(name);
  if (content !== undefined)
    return (value) => `${label}=${encodeText(writeContentText(content, value, where))}`;
  const expand = compileQueryStyle(parameter, cookieEncoders(parameter, where), where);
  // OpenAPI has an ampersand here for style form, which no server takes for the end of a cookie (its appendix D).
  return (value) => joined(expand(label, value).map(joinPair), "; ");
}

/**
 * @returns the text
 * @throws {TypeError} `ERR_INVALID_OPTION` for what no header can hold, or would lose: spaces around it
 * @see RFC 9110 §5.5
 */
export function assertHeaderText(text: string, where: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
    throw invalidOption(where, "may hold no control character and none beyond Latin-1");
  if (/^[\t ]|[\t ]$/.test(text)) throw invalidOption(where, "may not begin or end with a space");
  return text;
}

/** A comma within quotes separates nothing (RFC 9110 §5.6.1). */
function assertHeaderItem(text: string, where: string): string {
  if (!/^(?:[^",]|"(?:[^"\\]|\\.)*")*$/s.test(text) && text.includes(","))
    throw invalidOption(where, "may hold no item with a comma outside of quotes, which separates items");
  return text;
}

function assertHeaderKey(text: string, where: string): string {
  if (/[,=]/.test(text)) throw invalidOption(where, "may hold no property with a comma or an equals sign");
  return text;
}

/** JSON in ASCII means the same. */
function escapeNonAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Style `cookie` encodes nothing, so that what is no cookie's text is refused; `form` does. */
function cookieEncoders({ style, allowReserved }: Parameter, where: string): Encoders {
  if (style !== "cookie") {
    const encode = allowReserved ? encodeReservedCookie : encodeText;
    return { encode, encodeItem: encode, encodeKey: encodeText };
  }
  const encode = (text: string) => assertCookieText(text, where);
  return { encode, encodeItem: encode, encodeKey: encodeCookieName };
}

/** All reserved characters but those that no cookie may hold (RFC 6265 §4.1.1). */
function encodeReservedCookie(text: string): string {
  return encodeReserved(text, ":/?#[]@!$&'()*+=");
}

function assertCookieText(text: string, where: string): string {
  if (/[^\x20-\x7e]|;|^ | $/.test(text))
    throw invalidOption(where, "may hold only printable ASCII without a semicolon, and no spaces around it");
  return text;
}

/** A name is a token (RFC 6265 §4.1.1); what is none is encoded, but for brackets, which servers take. */
function encodeCookieName(name: string): string {
  return /^[!#$%&'*+\-.^_`|~\w[\]]+$/.test(name) ? name : encodeText(name);
}
