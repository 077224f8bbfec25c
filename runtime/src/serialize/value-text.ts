import { isBinary } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";

/**
 * The text of one value where no media type says how to write it: dates as RFC 3339 says, a list or an object as
 * JSON, since OpenAPI does not define what is nested here.
 *
 * @param where - what an error calls the value, which it never quotes: `GET /items: query.limit`
 * @throws {TypeError} `ERR_INVALID_OPTION` for a number that is none, an invalid date, bytes, a function, a symbol
 */
export function textOf(value: unknown, where: string): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw invalidOption(where, "must be a finite number");
      return String(value);
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value instanceof Date) return dateText(value, where);
      if (isBinary(value)) throw invalidOption(where, "can't hold bytes: encode them, as base64 for example");
      return isSelfWritten(value) ? textOf(value.toJSON(), where) : jsonText(value, where);
    default:
      throw invalidOption(where, `can't be a ${typeof value}`);
  }
}

/**
 * The JSON of a value.
 *
 * @param where - what an error calls the value
 * @throws {TypeError} `ERR_INVALID_OPTION` for what JSON can't hold: a bigint, a cycle, a function
 */
export function jsonText(value: unknown, where: string): string {
  const rule = "can't be written as JSON";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw Object.assign(invalidOption(where, rule), { cause });
  }
  if (text === undefined) throw invalidOption(where, rule);
  return text;
}

function dateText(date: Date, where: string): string {
  if (Number.isNaN(date.getTime())) throw invalidOption(where, "must be a valid date");
  return date.toISOString();
}

/** A list or an object, as opposed to what is sent as one text: what says itself how it is written, such as a date. */
export function isStructured(value: unknown): value is object {
  if (typeof value !== "object" || value === null || isBinary(value)) return false;
  return !isSelfWritten(value);
}

/** Dates of any library, decimals, URLs, objects of classes that say what is sent of them. */
export function isSelfWritten(value: unknown): value is { toJSON(key?: string): unknown } {
  return typeof value === "object" && typeof (value as { toJSON?: unknown } | null)?.toJSON === "function";
}

/**
 * Own entries that have a value.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for what keeps its content elsewhere: a Map, a Set, URLSearchParams
 */
export function listEntries(value: object, where: string): [string, unknown][] {
  const entries = Object.entries(value);
  if (entries.length === 0 && Symbol.iterator in value && !Array.isArray(value))
    throw invalidOption(where, "must be a list or a plain object");
  return entries.filter(([, item]) => item !== undefined && item !== null);
}

/** The items that have a value. */
export function listItems(list: readonly unknown[]): unknown[] {
  return list.filter((item) => item !== undefined && item !== null);
}
