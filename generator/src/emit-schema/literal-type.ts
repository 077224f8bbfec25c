import { isObject } from "../document.ts";
import { made, NULL, type Printable } from "./printable.ts";

/** The type that has just this value. */
export function literalType(value: unknown): Printable {
  if (value === null) return NULL;
  if (Array.isArray(value))
    return made({ kind: "tuple", items: value.map((item) => ({ type: literalType(item) })) });
  if (isObject(value)) {
    const properties = Object.entries(value).map(([name, inner]) => ({ name, type: literalType(inner) }));
    return made({ kind: "object", properties });
  }
  return { enum: [value as string | number | boolean] };
}
