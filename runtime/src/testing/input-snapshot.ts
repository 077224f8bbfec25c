/**
 * Copies what a call was given: it reads as it was then, whatever its owner does with it afterwards. Plain objects, lists,
 * dates and bytes are copied; what else there is, streams, Blobs, forms and signals, is the same.
 */
export function takeSnapshot<Value>(value: Value): Value {
  return copy(value, new Map()) as Value;
}

/** @param copies - by what they are of: a part may be in several places */
function copy(value: unknown, copies: Map<unknown, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return value.slice();
  if (value instanceof Date) return new Date(value);
  if (value instanceof URLSearchParams) return new URLSearchParams(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  if (!isList && prototype !== Object.prototype && prototype !== null) return value;
  const made: object = isList ? [] : Object.create(prototype as object | null);
  copies.set(value, made);
  for (const [name, part] of Object.entries(value)) {
    // Not by assignment: a property may be called `__proto__`.
    const own = { value: copy(part, copies), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(made, name, own);
  }
  return made;
}
