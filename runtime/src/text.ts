import { invalidOption } from "./errors.ts";

/**
 * Checks a text that must say something: an empty one is mostly a variable that is not set.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option, never quoting the value
 */
export function parseText(value: unknown, option: string): string {
  if (typeof value !== "string" || value === "") {
    throw invalidOption(option, "must be a non-empty string (is its variable set?)");
  }
  return value;
}

/**
 * Checks a text that names or proves a client, as {@link parseText} does. Control characters are refused: no server
 * knows a client by them, and a file that holds the text mostly ends with a line break.
 *
 * @see RFC 6749 appendices A.1 and A.2, which allow printable ASCII only
 */
export function parseCredential(value: unknown, option: string): string {
  const text = parseText(value, option);
  if (/[\r\n]$/.test(text)) throw invalidOption(option, "ends with a line break: trim it");
  if (/\p{Cc}/u.test(text)) throw invalidOption(option, "must have no control characters");
  return text;
}
