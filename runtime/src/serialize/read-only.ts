import { types } from "node:util";
import { invalidOption } from "../errors.ts";
import type { ReadOnlyPlace, ReadOnlyShape, ReadOnlyValues } from "../operation.ts";
import { Part } from "../part.ts";
import { isSelfWritten, isStructured } from "./value-text.ts";

/** Nothing that can be written is nested so deeply; what makes more of itself whenever it is asked has no end. */
const MAX_DEPTH = 100_000;

/**
 * Leaves read-only values out. What it is given is not changed: whatever may hold such a value is copied, a cycle as a
 * cycle, which is for others to refuse.
 *
 * @param where - what an error calls the value
 * @throws {TypeError} `ERR_INVALID_OPTION` for a value without end
 */
export function omitReadOnly(value: unknown, { shape, shapes = {} }: ReadOnlyValues, where: string): unknown {
  const copier = new Copier(shapes);
  const copy = copier.copy(value, shape, 0);
  copier.finish(where);
  return copy;
}

/** A copy that is not filled yet. */
interface Job {
  readonly from: object;
  readonly to: object;
  readonly shape: ReadOnlyShape;
  readonly depth: number;
}

/** One job after the other, not one within the other: a value may be nested more deeply than calls. */
class Copier {
  readonly #shapes: Readonly<Record<string, ReadOnlyShape>>;
  readonly #copies = new Map<object, Map<ReadOnlyShape, object>>();
  readonly #jobs: Job[] = [];

  constructor(shapes: Readonly<Record<string, ReadOnlyShape>>) {
    this.#shapes = shapes;
  }

  /** @param key - what the value is called where it is, which JSON tells `toJSON` */
  copy(value: unknown, place: ReadOnlyPlace | undefined, depth: number, key = ""): unknown {
    const shape = typeof place === "string" ? this.#shapes[place] : place;
    if (shape === undefined) return value;
    if (value instanceof Part) return new Part(this.copy(value.value, shape, depth), value.options);
    if (isWhole(value)) return value;
    if (!isSelfWritten(value)) return isStructured(value) ? this.#begin(value, shape, depth) : value;
    // Asked once and taken at its word, as JSON does: another time it may say something else.
    const given = value.toJSON(key);
    const isObject = typeof given === "object" && given !== null && !isWhole(given);
    return isObject ? this.#begin(given, shape, depth) : { toJSON: () => given };
  }

  finish(where: string): void {
    for (let job = this.#jobs.pop(); job !== undefined; job = this.#jobs.pop()) {
      if (job.depth > MAX_DEPTH) throw invalidOption(where, "must have an end");
      if (Array.isArray(job.from)) this.#fillList(job.from, job);
      else this.#fillMap(job);
    }
  }

  #begin(from: object, shape: ReadOnlyShape, depth: number): object {
    const known = this.#copies.get(from) ?? new Map<ReadOnlyShape, object>();
    const begun = known.get(shape);
    if (begun !== undefined) return begun;
    const to = Array.isArray(from) ? [] : {};
    this.#copies.set(from, known.set(shape, to));
    this.#jobs.push({ from, to, shape, depth });
    return to;
  }

  #fillList(items: readonly unknown[], { to, shape, depth }: Job): void {
    const { items: others, prefixItems = [] } = shape;
    for (const [index, item] of items.entries())
      (to as unknown[]).push(this.copy(item, prefixItems[index] ?? others, depth + 1, String(index)));
  }

  #fillMap({ from, to, shape, depth }: Job): void {
    const { omit = [], properties = {}, additionalProperties } = shape;
    for (const [name, item] of Object.entries(from)) {
      if (omit.includes(name)) continue;
      const place = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      const value = this.copy(item, place, depth + 1, name);
      // The copy is what `toJSON` gave already.
      if (name === "toJSON" && typeof value === "function") continue;
      // An assignment would make `__proto__` no property.
      Object.defineProperty(to, name, { value, configurable: true, enumerable: true, writable: true });
    }
  }
}

/** What is written as one value though it is an object: what `JSON.stringify` unwraps, bytes, a date as all dates are. */
function isWhole(value: unknown): boolean {
  if (types.isBoxedPrimitive(value) || isRawJson(value) || ArrayBuffer.isView(value)) return true;
  return value instanceof Date && value.toJSON === Date.prototype.toJSON;
}

/** The language's types have it later than node. */
function isRawJson(value: unknown): boolean {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}
