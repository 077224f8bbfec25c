import { formatPointer, getAt, isObject, type JsonObject, own, parsePointer, refOf } from "../document.ts";
import { firstFree, pascalCase } from "../names.ts";
import { walkObjects } from "./walk-objects.ts";

const SIMPLE = /^#\/components\/[^/]+\/[^/]+$/;

/**
 * Rewrites every `$ref` to the form `#/components/<kind>/<name>`, the only one that openapi-typescript turns
 * into a type in all cases: what a longer pointer means is copied to a component of its own.
 */
export function simplifyRefs(document: JsonObject): JsonObject {
  const result = structuredClone(document);
  const hoisted = new Map<string, string>();
  // A copy may hold such refs again, to itself too; every pointer is copied once, so this ends.
  for (let holders = complexRefs(result); holders.length > 0; holders = complexRefs(result)) {
    for (const holder of holders) {
      const ref = refOf(holder) ?? "";
      if (!hoisted.has(ref)) hoisted.set(ref, hoist(result, ref));
      holder["$ref"] = hoisted.get(ref);
    }
  }
  // Nothing refers to local definitions any more, and openapi-typescript takes them for a property.
  walkObjects(result, (object) => delete object["$defs"]);
  return result;
}

function complexRefs(document: JsonObject): JsonObject[] {
  const holders: JsonObject[] = [];
  walkObjects(document, (object) => {
    const ref = refOf(object);
    if (ref !== undefined && !SIMPLE.test(ref)) holders.push(object);
  });
  return holders;
}

function hoist(document: JsonObject, ref: string): string {
  const parts = parsePointer(ref) ?? [];
  const kind = kindOf(parts);
  const components = child(document, "components");
  const group = child(components, kind);
  const words = parts.filter((part) => !/^(components|paths|schemas|properties|content|\$defs)$/.test(part));
  const name = firstFree(pascalCase(words.join(" ")) || "Schema", (candidate) =>
    Object.hasOwn(group, candidate),
  );
  group[name] = structuredClone(getAt(document, parts));
  return formatPointer(["components", kind, name]);
}

/** Which kind of component the target of a pointer is: its place in the document says so. */
function kindOf(parts: readonly string[]): string {
  const [root] = parts;
  const parent = parts.at(-2) ?? "";
  if (parts.length === 2 && (root === "paths" || root === "webhooks")) return "pathItems";
  if (parent === "parameters" || parent === "headers" || parent === "responses") return parent;
  return parts.at(-1) === "requestBody" ? "requestBodies" : "schemas";
}

function child(parent: JsonObject, key: string): JsonObject {
  const existing = own(parent, key);
  if (isObject(existing)) return existing;
  const created: JsonObject = {};
  parent[key] = created;
  return created;
}
