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

  copy(value: unknown, place: ReadOnlyPlace | undefined, depth: number): unknown {
    const shape = typeof place === "string" ? this.#shapes[place] : place;
    if (shape === undefined) return value;
    if (value instanceof Part) return new Part(this.copy(value.value, shape, depth), value.options);
    const from = isSelfWritten(value) ? value.toJSON() : value;
    return isStructured(from) ? this.#begin(from, shape, depth) : value;
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
      (to as unknown[]).push(this.copy(item, prefixItems[index] ?? others, depth + 1));
  }

  #fillMap({ from, to, shape, depth }: Job): void {
    const { omit = [], properties = {}, additionalProperties } = shape;
    for (const [name, item] of Object.entries(from)) {
      if (omit.includes(name)) continue;
      const place = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      // An assignment would make `__proto__` no property.
      const value = this.copy(item, place, depth + 1);
      Object.defineProperty(to, name, { value, configurable: true, enumerable: true, writable: true });
    }
  }
}
