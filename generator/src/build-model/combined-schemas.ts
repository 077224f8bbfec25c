import { asArray, isObject, type JsonObject, refOf, resolve } from "../document.ts";

/** Of schemas that say together what one value may be. */
const MAX_SCHEMAS = 1000;

/** A schema with all those that hold wherever it does: what it refers to, what it is made of by `allOf`. */
export function combinedSchemas(document: JsonObject, schema: unknown): readonly JsonObject[] {
  const combined = new Set<JsonObject>();
  const queue = [schema];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (!isObject(next) || combined.has(next) || combined.size >= MAX_SCHEMAS) continue;
    combined.add(next);
    queue.push(...asArray(next["allOf"]).toReversed());
    if (refOf(next) !== undefined) queue.push(resolve(document, next));
  }
  return [...combined];
}
