import {
  asObject,
  formatPointer,
  getAt,
  isObject,
  type JsonObject,
  parsePointer,
  refOf,
} from "../../document.ts";
import { firstFree, pascalCase } from "../../names.ts";
import { isData, isMap } from "../../schema-keywords.ts";

/**
 * Copies every schema that is referred to by where it stands to a definition of its own: upgrading moves it.
 *
 * @param document - with operations flattened; changed
 * @param original - what such references mean
 * @returns by the name of the new definition, the pointer of its original
 */
export function hoistSchemas(document: JsonObject, original: JsonObject): Map<string, string> {
  const names = new Map<string, string>();
  const definitions = asObject(document["definitions"]);
  document["definitions"] = definitions;
  const open: { value: unknown; areNames: boolean }[] = [
    { value: document["paths"], areNames: true },
    { value: definitions, areNames: true },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, areNames } = next;
    if (Array.isArray(value)) for (const item of value) open.push({ value: item, areNames: false });
    if (!isObject(value)) continue;
    const ref = refOf(value);
    if (ref !== undefined && /^#\/(paths|parameters|responses)\//.test(ref)) {
      const name = names.get(ref) ?? hoist(ref);
      if (name !== undefined) value["$ref"] = formatPointer(["definitions", name]);
    }
    for (const [key, inner] of Object.entries(value))
      if (!isData(key, areNames)) open.push({ value: inner, areNames: isMap(key, areNames) });
  }
  return new Map([...names].map(([ref, name]) => [name, ref]));

  function hoist(ref: string): string | undefined {
    const parts = parsePointer(ref) ?? [];
    const schema = getAt(original, parts);
    if (!isObject(schema)) return undefined;
    const words = parts.filter((part) => !/^(paths|parameters|responses|schema|properties)$/.test(part));
    const name = firstFree(pascalCase(words.join(" ")) || "Schema", (candidate) =>
      Object.hasOwn(definitions, candidate),
    );
    names.set(ref, name);
    definitions[name] = structuredClone(schema);
    open.push({ value: definitions[name], areNames: false });
    return name;
  }
}
