import { invalidOption } from "../errors.ts";
import { parseCredential } from "../text.ts";

/** A security scheme, by its name, and how its credential goes on the wire. */
export type NamedScheme = { readonly scheme: string } & CredentialScheme;

export type CredentialScheme =
  | { readonly in: "header" | "query" | "cookie"; readonly name: string }
  /** In the `Authorization` field, after this word: `basic`, `bearer`, or any other that takes a plain text. */
  | { readonly http: string };

/** @see RFC 7617 */
export interface BasicCredentials {
  /** Without a colon. */
  readonly username: string;
  readonly password: string;
}

/** Name and text as they go on the wire. */
export interface SentCredential {
  readonly place: "header" | "query" | "cookie";
  /** Of a header in lower case. */
  readonly name: string;
  readonly text: string;
}

/** The header that a credential is in, but for those that undici keeps from other origins by itself. */
export function headerOf({ place, name }: SentCredential): string | undefined {
  return place === "header" && name !== "authorization" ? name : undefined;
}

/**
 * Writes a credential as its scheme wants it.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when it cannot be sent so, never quoting it
 */
export function encodeCredential(scheme: CredentialScheme, value: unknown, option: string): SentCredential {
  if ("http" in scheme)
    return { place: "header", name: "authorization", text: encodeHttp(scheme.http, value, option) };
  const text = parseCredential(value, option);
  switch (scheme.in) {
    case "header":
      return { place: "header", name: scheme.name.toLowerCase(), text: parseFieldValue(text, option) };
    case "cookie":
      // RFC 6265 §4.1.1: to encode it would be a guess, since no server has to decode.
      if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(text))
        throw invalidOption(
          option,
          "must have no space, comma, semicolon, quotation mark or backslash: it is a cookie",
        );
      return { place: "cookie", name: scheme.name, text };
    case "query":
      if (!text.isWellFormed()) throw invalidOption(option, "must be well-formed Unicode");
      return { place: "query", name: encodeURIComponent(scheme.name), text: encodeURIComponent(text) };
  }
}

function encodeHttp(scheme: string, value: unknown, option: string): string {
  switch (scheme.toLowerCase()) {
    case "basic":
      return `Basic ${encodeBasic(value, option)}`;
    case "bearer":
      return `Bearer ${parseAlone("Bearer", value, option)}`;
    default:
      return `${scheme} ${parseAlone(scheme, value, option)}`;
  }
}

/** The word before it is ours to write: whoever copied the whole field would have it there twice. */
function parseAlone(scheme: string, value: unknown, option: string): string {
  const text = parseFieldValue(parseCredential(value, option), option);
  if (text.toLowerCase().startsWith(`${scheme.toLowerCase()} `))
    throw invalidOption(option, `must be what follows "${scheme} " in the field, without that word`);
  return text;
}

/** @see RFC 7617 §2: UTF-8; the first colon ends the user name */
function encodeBasic(value: unknown, option: string): string {
  const { username, password } = Object(value) as Partial<Record<keyof BasicCredentials, unknown>>;
  if (typeof username !== "string" || typeof password !== "string")
    throw invalidOption(option, "must be { username, password }, both strings");
  if (username.includes(":")) throw invalidOption(`${option}.username`, "must have no colon");
  // Either may be empty: some APIs take a key as the user name, others as the password.
  const text = parseCredential(username + password, option) && `${username}:${password}`;
  return Buffer.from(text).toString("base64");
}

/** @see RFC 9110 §5.5: bytes beyond ASCII are obsolete, and nobody agrees on what they mean */
function parseFieldValue(text: string, option: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) return text;
  throw invalidOption(option, "must be printable ASCII that neither begins nor ends with a space");
}
