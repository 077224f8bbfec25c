import { isIdentifier } from "./names.ts";

/** A parsed JSON object: what a document is made of before anything is known about it. */
export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one: a document may hold anything anywhere. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An own property; `constructor` and `__proto__` are names like any other in a document. */
export function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as JsonObject)[key]
    : undefined;
}

/** Of what is no object, an empty one. */
export function mapValues<Value>(
  value: unknown,
  map: (value: unknown, key: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, inner]) => [key, map(inner, key)]));
}

/** `["paths", "/items"]` -> `#/paths/~1items`. */
export function formatPointer(parts: readonly (string | number)[]): string {
  let pointer = "#";
  for (const part of parts) {
    const text = String(part);
    pointer += `/${/[~/]/.test(text) ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text}`;
  }
  return pointer;
}

/** `["tokenClients", "catalog.client", "scope"]` -> `tokenClients["catalog.client"].scope`, as code would say it. */
export function formatPath(parts: readonly string[]): string {
  const text = parts.map((part) => {
    if (isIdentifier(part)) return `.${part}`;
    return /^\d+$/.test(part) ? `[${part}]` : `[${JSON.stringify(part)}]`;
  });
  return text.join("").replace(/^\./, "");
}

/**
 * `#/paths/~1items` -> `["paths", "/items"]`.
 *
 * @returns undefined when the text is no local JSON pointer, or is encoded badly
 * @see RFC 6901 §6
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (!pointer.startsWith("#/")) return undefined;
  // Most are plain, and large documents hold hundreds of thousands.
  if (!/[%~]/.test(pointer)) return pointer.slice(2).split("/");
  try {
    return pointer
      .slice(2)
      .split("/")
      .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  } catch {
    return undefined; // a stray % is the document's mistake, not ours: the caller reports the ref
  }
}

/** The value at a pointer; undefined where there is none. */
export function getAt(document: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((value, part) => own(value, part), document);
}

/**
 * Follows `$ref`s to the object they mean. Does not merge siblings of a `$ref`.
 *
 * @returns an empty object for a ref that leads nowhere or in a circle
 */
export function resolve(document: JsonObject, value: unknown): JsonObject {
  const seen = new Set<unknown>();
  let current = value;
  for (let ref = refOf(current); ref !== undefined; ref = refOf(current)) {
    if (seen.has(ref)) return {};
    seen.add(ref);
    current = getAt(document, parsePointer(ref) ?? [""]);
  }
  return asObject(current);
}

/** The reference to a component; `%` is escaped too, since pointers in references are read as parts of URIs. */
export function formatRef(kind: string, name: string): string {
  return formatPointer(["components", kind, name]).replaceAll("%", "%25");
}

/** The text of a reference object's `$ref`. */
export function refOf(value: unknown): string | undefined {
  return asString(own(value, "$ref"));
}
