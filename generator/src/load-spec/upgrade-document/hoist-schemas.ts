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

export interface HoistedSchemas {
  readonly document: JsonObject;
  /** By the name of a new definition, the pointer of its original. */
  readonly originals: ReadonlyMap<string, string>;
}

/**
 * Copies every schema that is referred to by where it stands to a definition of its own: upgrading moves it.
 *
 * @param flat - a document whose operations are flattened
 * @param original - what such references mean
 */
export function hoistSchemas(flat: JsonObject, original: JsonObject): HoistedSchemas {
  const document = structuredClone(flat);
  const definitions = asObject(document["definitions"]);
  const names = new Map<string, string>();
  const open: Part[] = [
    { value: document["paths"], areNames: true },
    { value: definitions, areNames: true },
  ];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    open.push(...partsOf(part));
    const ref = refOf(part.value) ?? "";
    if (!isObject(part.value) || !/^#\/(paths|parameters|responses)\//.test(ref)) continue;
    const schema = names.has(ref) ? undefined : getAt(original, parsePointer(ref) ?? []);
    if (isObject(schema)) {
      const name = nameOf(ref, definitions);
      names.set(ref, name);
      definitions[name] = structuredClone(schema);
      open.push({ value: definitions[name], areNames: false });
    }
    const name = names.get(ref);
    if (name !== undefined) part.value["$ref"] = formatPointer(["definitions", name]);
  }
  const originals = new Map([...names].map(([ref, name]) => [name, ref]));
  return { document: { ...document, definitions }, originals };
}

/** A value to look for references in; `areNames` says whether the keys of it are names. */
interface Part {
  readonly value: unknown;
  readonly areNames: boolean;
}

function partsOf({ value, areNames }: Part): Part[] {
  if (Array.isArray(value)) return value.map((item) => ({ value: item, areNames: false }));
  return Object.entries(asObject(value))
    .filter(([key]) => !isData(key, areNames))
    .map(([key, inner]) => ({ value: inner, areNames: isMap(key, areNames) }));
}

function nameOf(ref: string, definitions: JsonObject): string {
  const parts = parsePointer(ref) ?? [];
  const words = parts.filter((part) => !/^(paths|parameters|responses|schema|properties)$/.test(part));
  const stem = pascalCase(words.join(" ")) || "Schema";
  return firstFree(stem, (name) => Object.hasOwn(definitions, name));
}
