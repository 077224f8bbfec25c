import { asArray, asObject, isObject, type JsonObject, own } from "../document.ts";
import type { EnumModel, SchemaAlias } from "../model.ts";
import { camelCase, firstFree, kebabCase } from "../names.ts";

/**
 * The component schemas that list their values, for the constant that has them at run time: `ItemStatus` is
 * `itemStatusValues`. Null is no value of those: it says that there is none.
 *
 * @param taken - what else the client's files export
 */
export function enumsOf(
  document: JsonObject,
  aliases: readonly SchemaAlias[],
  taken: ReadonlySet<string>,
): EnumModel[] {
  const schemas = asObject(asObject(document["components"])["schemas"]);
  const used = new Set([...taken, ...aliases.map(({ name }) => name)]);
  return aliases.flatMap(({ schema, name: type }) => {
    const values = valuesOf(schemas[schema]);
    if (values.length === 0) return [];
    const name = firstFree(`${camelCase(kebabCase(type))}Values`, (free) => used.has(free));
    used.add(name);
    return [{ name, type, values }];
  });
}

function valuesOf(schema: unknown): (string | number)[] {
  if (!isObject(schema)) return [];
  const choices = [...asArray(schema["oneOf"]), ...asArray(schema["anyOf"])];
  const listed = schema["enum"] ?? choices.map((choice) => own(choice, "const"));
  const values = asArray(listed).filter((value) => value !== null);
  const isPlain = (value: unknown) => typeof value === "string" || Number.isFinite(value);
  return values.every(isPlain) ? [...new Set(values as (string | number)[])] : [];
}
