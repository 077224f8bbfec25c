import { invalidOption } from "../errors.ts";

/**
 * Refuses a path that has a segment `.` or `..` for whoever reads it: a server or proxy that resolves dot segments
 * (RFC 3986 §5.2.4) would see another operation. So would one that decodes before it resolves, takes a backslash for
 * a slash, or takes matrix parameters off a segment first.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION`
 */
export function assertNoDotSegment(path: string, operation: string): void {
  // Most paths have neither.
  if (!path.includes(".") && !path.includes("%2")) return;
  if (/(?:^|\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:(?:;|%3b)[^/]*)?(?:\/|\\|%2f|%5c|$)/i.test(path))
    throw invalidOption(`${operation}: path`, "may not have a segment that is . or ..");
}

/**
 * Refuses what a path template would be filled with if it left a part of it open or empty: an empty segment names
 * another resource, often the collection.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION`
 */
export function assertPathValues(template: string, values: Readonly<Record<string, unknown>>): void {
  // openapi-fetch reads a style off the name: `{.id}`, `{;id}`, `{id*}`.
  for (const [, name = ""] of template.matchAll(/\{[.;]?([^{}]+?)\*?\}/g)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || value === "" || Number.isNaN(value))
      throw invalidOption(`${template}: path.${name}`, "is required and may not be empty");
  }
}
