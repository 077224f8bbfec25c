import { invalidOption } from "./errors.ts";

/** Type and subtype in lower case, without parameters: `application/json; charset=utf-8` is `application/json`. */
export function essenceOf(mediaType: string): string {
  const end = mediaType.indexOf(";");
  return (end === -1 ? mediaType : mediaType.slice(0, end)).trim().toLowerCase();
}

/** JSON, or a format made of it (RFC 6839 §3.1). */
export function isJson(essence: string): boolean {
  return essence.endsWith("/json") || essence.endsWith("+json");
}

/** @throws {TypeError} `ERR_INVALID_OPTION` for what JSON can't hold: a bigint, a cycle */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw Object.assign(invalidOption("a value", "can't be written as JSON"), { cause });
  }
}
