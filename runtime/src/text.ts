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
