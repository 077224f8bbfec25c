import { isObject, type JsonObject, parsePointer, refOf } from "./document.ts";
import { isData, isMap } from "./schema-keywords.ts";

/**
 * Visits a schema and every schema in it that is written in place: references are not followed.
 *
 * @param schema - may hold anything; what is no object is passed over
 */
export function visitSchemas(schema: unknown, visit: (schema: JsonObject) => void): void {
  if (Array.isArray(schema)) for (const item of schema) visitSchemas(item, visit);
  if (!isObject(schema)) return;
  visit(schema);
  for (const key in schema) {
    const value = schema[key];
    if (typeof value !== "object" || value === null || isData(key) || key.startsWith("x-")) continue;
    if (!isMap(key)) visitSchemas(value, visit);
    else for (const inner of Object.values(value)) visitSchemas(inner, visit);
  }
}

const SCHEMAS = "#/components/schemas/";

/** The component schema that a reference means; undefined for one to anything else. */
export function schemaNamed(ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined;
  const isPlain = ref.startsWith(SCHEMAS) && !/[~%/]/.test(ref.slice(SCHEMAS.length));
  if (isPlain) return ref.slice(SCHEMAS.length);
  const [root, kind, name] = parsePointer(ref) ?? [];
  return root === "components" && kind === "schemas" ? name : undefined;
}

/** Names of the component schemas that are referred to in a schema, at any depth but not by way of others. */
export function refsIn(schema: unknown): Set<string> {
  const names = new Set<string>();
  visitSchemas(schema, (inner) => {
    const name = schemaNamed(refOf(inner));
    if (name !== undefined) names.add(name);
  });
  return names;
}

/** Names of the component schemas that schemas lead to, at any depth and by way of others. */
export function reachableFrom(schemas: Iterable<unknown>, components: JsonObject): Set<string> {
  const reached = new Set<string>();
  const queue: unknown[] = [...schemas];
  for (let schema = queue.pop(); schema !== undefined || queue.length > 0; schema = queue.pop()) {
    for (const name of refsIn(schema)) {
      if (reached.has(name)) continue;
      reached.add(name);
      queue.push(components[name]);
    }
  }
  return reached;
}
