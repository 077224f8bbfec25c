import { asArray, asObject, isObject, type JsonObject } from "../../document.ts";
import type { PropertyFlags } from "./property-flags.ts";

/** `["items", "*", "id"]`; `*` is each element of an array or each value of a map. */
export type PropertyPath = readonly string[];

/** Read-only values deeper or more than these are left to the server, which ignores them. */
const MAX_DEPTH = 10;
const MAX_PATHS = 200;
const MAX_PLACES = 200;

/** Of schemas that say together what one value may be. */
const MAX_SCHEMAS = 100;

/**
 * Lists where read-only values are in the values of a schema, those nearest to its root first. A schema within itself is
 * looked at once: recursion has no end.
 *
 * Where several schemas say what a value may be, a property of it is read-only when all say so that declare it.
 *
 * @param mayHold - whether there can be read-only values in those of a schema
 */
export function readOnlyPaths(
  flags: PropertyFlags,
  schema: unknown,
  mayHold: (schema: unknown) => boolean,
): PropertyPath[] {
  const found: PropertyPath[] = [];
  const queue: ValuePlace[] = [{ path: [], schemas: [schema], above: new Set() }];
  for (let index = 0; index < queue.length && index < MAX_PLACES && found.length < MAX_PATHS; index += 1) {
    const place = queue[index] as ValuePlace;
    const schemas = wholeOf(flags, place.schemas).filter((one) => !place.above.has(one));
    const above = new Set([...place.above, ...schemas]);
    for (const [name, declared] of propertiesOf(schemas)) {
      const open = declared.filter((one) => !flags.has("readOnly", name, one));
      const path = [...place.path, name];
      if (open.length === 0) found.push(path);
      else if (path.length < MAX_DEPTH && open.some(mayHold)) queue.push({ path, schemas: open, above });
    }
    const elements = schemas.flatMap(elementsOf);
    if (elements.some(mayHold) && place.path.length + 1 < MAX_DEPTH)
      queue.push({ path: [...place.path, "*"], schemas: elements, above });
  }
  return found;
}

/** Values at a path, and what they may be. */
interface ValuePlace {
  readonly path: PropertyPath;
  readonly schemas: readonly unknown[];
  /** The schemas of the values that hold this one. */
  readonly above: ReadonlySet<JsonObject>;
}

/** The schemas with those that they are combined of. */
function wholeOf(flags: PropertyFlags, schemas: readonly unknown[]): JsonObject[] {
  const whole = new Set<JsonObject>();
  const queue = [...schemas];
  for (let schema = queue.pop(); schema !== undefined; schema = queue.pop()) {
    if (!isObject(schema) || whole.has(schema) || whole.size >= MAX_SCHEMAS) continue;
    whole.add(schema);
    queue.push(...flags.partsOf(schema));
  }
  return [...whole];
}

function propertiesOf(schemas: readonly JsonObject[]): Map<string, unknown[]> {
  const properties = new Map<string, unknown[]>();
  for (const schema of schemas) {
    for (const [name, value] of Object.entries(asObject(schema["properties"])))
      properties.set(name, [...(properties.get(name) ?? []), value]);
  }
  return properties;
}

/** Elements of a list, and values of a map that has no properties of its own. */
function elementsOf(schema: JsonObject): unknown[] {
  const { items, prefixItems, properties, additionalProperties } = schema;
  const values = properties === undefined ? [additionalProperties] : [];
  return [items, ...asArray(prefixItems), ...values].filter(isObject);
}
