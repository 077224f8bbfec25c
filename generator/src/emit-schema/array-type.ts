import { asArray, type JsonObject } from "../document.ts";
import { ANYTHING, made, type Printable } from "./printable.ts";

/**
 * A list, or a tuple where the schema says what is at which place. How long a list is at least and at most stays out
 * of its type: the tuples that could say it cost more than they are worth.
 *
 * A tuple has all its places unless `minItems` says otherwise, and no more than those unless `items` says what.
 */
export function arrayType(schema: JsonObject, typeOf: (items: unknown) => Printable): Printable {
  const { items, prefixItems } = schema;
  const places = asArray(prefixItems ?? items);
  if (places.length === 0)
    return made({ kind: "list", items: items === undefined ? ANYTHING : typeOf(items) });
  const least = typeof schema["minItems"] === "number" ? schema["minItems"] : places.length;
  const most = typeof schema["maxItems"] === "number" ? schema["maxItems"] : Number.POSITIVE_INFINITY;
  const further = Array.isArray(items) ? schema["additionalItems"] : items;
  const isOpen = further !== undefined && further !== false && most > places.length;
  return made({
    kind: "tuple",
    items: places.map((place, index) => ({ type: typeOf(place), isOptional: index >= least })),
    ...(isOpen && { rest: typeOf(further) }),
  });
}
