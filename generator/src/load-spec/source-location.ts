import { dirname, isAbsolute, resolve } from "node:path";

/** Whether a location is read over the network. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/** Whether a location is a file on this machine; anything with another scheme is neither. */
export function isLocalPath(location: string): boolean {
  return isAbsolute(location);
}

/** A reference as what is before its `#` and what is behind it; either may be empty. */
export function splitRef(ref: string): [address: string, fragment: string] {
  const index = ref.indexOf("#");
  return index < 0 ? [ref, ""] : [ref.slice(0, index), ref.slice(index + 1)];
}

/**
 * Where a reference in a document leads, without its fragment. Does not judge whether it may be read.
 *
 * A remote document has remote references only. In a local one, a reference is a URI reference too: `%20` is a space.
 *
 * @param base - absolute path or URL of the file that has the reference
 * @param reference - what is before the `#`; not empty
 * @returns an absolute path or a URL, possibly one of a scheme that is never read
 * @see RFC 3986 §5
 */
export function resolveLocation(base: string, reference: string): string {
  if (isUrl(base)) return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
  // One letter is a drive of Windows.
  if (/^[a-z][a-z\d+.-]+:/i.test(reference)) return reference;
  if (reference.startsWith("//")) return `https:${reference}`;
  return resolve(dirname(base), decodePath(reference));
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % can only mean itself
  }
}
