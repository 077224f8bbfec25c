import { invalidOption } from "../errors.ts";

/**
 * Finds the token clients that a client is bound to.
 *
 * @param defined - by the mapping; the first is the default
 * @param given - another instead, or one for each where the mapping has several
 * @returns the names that operations know to those to be used, the default first
 * @throws {TypeError} `ERR_INVALID_OPTION` when one of several is missing
 */
export function findTokenClients(
  defined: string | readonly string[],
  given: string | Readonly<Record<string, string>> | undefined,
  context: string,
): ReadonlyMap<string, string> {
  const names = typeof defined === "string" ? [defined] : defined;
  if (typeof given === "string" && names.length > 1) {
    const rule = `must be an object with a name for each of ${names.join(", ")}`;
    throw invalidOption(`${context}tokenClient`, rule);
  }
  return new Map(names.map((name) => [name, bind(name, given, context)]));
}

function bind(
  name: string,
  given: string | Readonly<Record<string, string>> | undefined,
  context: string,
): string {
  if (given === undefined) return name;
  if (typeof given === "string") return given;
  const bound = Object.hasOwn(given, name) ? given[name] : undefined;
  if (bound === undefined) throw invalidOption(`${context}tokenClient`, `has no entry for "${name}"`);
  return bound;
}
