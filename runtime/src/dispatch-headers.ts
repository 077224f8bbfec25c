import type { Dispatcher } from "undici";
import { invalidOption } from "./errors.ts";

/** Name, value, name, value: the flat form that undici takes. */
export type FlatHeaders = readonly string[];

/** A copy in the flat form: an iterator is read only once, and what becomes of the caller's own does not matter. */
export function flattenHeaders(headers: Dispatcher.DispatchOptions["headers"]): FlatHeaders {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers)) return headers.slice();
  if (!(Symbol.iterator in headers)) return flattenFields(headers);
  const flat: string[] = [];
  for (const [name, value] of headers as Iterable<[string, string]>) {
    if (value !== undefined) flat.push(name, value);
  }
  return flat;
}

/** Sizes the array at once: one that grows takes twice the memory, on each call. */
function flattenFields(fields: Readonly<Record<string, unknown>>): FlatHeaders {
  const names = Object.keys(fields);
  const flat = new Array<string>(2 * names.length);
  let length = 0;
  for (const name of names) {
    const value = fields[name];
    if (value === undefined) continue;
    flat[length++] = name;
    flat[length++] = value as string;
  }
  if (length < flat.length) flat.length = length;
  return flat;
}

/** A copy that `Headers` reads and writes. */
export function readHeaders(headers: FlatHeaders): Headers {
  const copy = new Headers();
  for (let i = 0; i < headers.length; i += 2) copy.append(String(headers[i]), String(headers[i + 1]));
  return copy;
}

/** @param name - in lower case, as those of the headers */
export function hasHeader(headers: FlatHeaders, name: string): boolean {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return true;
  return false;
}

/** Refuses a call that brings its own credentials: they would either be lost or go with another client's name. */
export function assertNotCredential(name: string): void {
  // Its length spares all other names the copy: this runs for each header of each call.
  if (name.length !== 13 && name.length !== 4) return;
  const lower = name.toLowerCase();
  if (lower === "authorization" || lower === "dpop") {
    throw invalidOption(`headers.${lower}`, "is set by the token client; leave it out");
  }
}

/** Refuses headers in which {@link assertNotCredential} refuses a name. */
export function assertNoCredentials(headers: FlatHeaders): void {
  for (let i = 0; i < headers.length; i += 2) assertNotCredential(headers[i] as string);
}

/** A copy with the fields that a token client sets. */
export function addCredentials(
  headers: FlatHeaders,
  authorization: string,
  proof: string | undefined,
): string[] {
  const { length } = headers;
  const added = new Array<string>(length + (proof === undefined ? 2 : 4)); // Sized at once, too.
  for (let i = 0; i < length; i++) added[i] = headers[i] as string;
  added[length] = "authorization";
  added[length + 1] = authorization;
  if (proof !== undefined) {
    added[length + 2] = "dpop";
    added[length + 3] = proof;
  }
  return added;
}
