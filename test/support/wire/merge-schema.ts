import { followSchema, REQUIRED, type Schema, type Schemas } from "./json-schema.ts";
import { type Fields, fieldsOf, listOf } from "./source-document.ts";

/** Chooses one of the alternatives of `oneOf` or `anyOf`. */
export type ChooseBranch = (branches: readonly Schema[]) => Schema;

/**
 * A schema as one object of plain keywords: references followed, `allOf` and one branch of each alternative merged
 * into it; undefined for one that allows nothing.
 */
export function simplify(
  schema: Schema,
  defs: Schemas["defs"],
  choose: ChooseBranch,
  hops = 0,
): Fields | undefined {
  if (schema === false) return undefined;
  if (schema === true || hops > 40) return {};
  const { $ref: _, allOf, oneOf, anyOf, ...own } = schema;
  const target = followSchema(schema, defs);
  const parts = [
    ...(target === undefined ? [] : [target]),
    ...(listOf(allOf) as Schema[]),
    ...[oneOf, anyOf].flatMap((list) => (list === undefined ? [] : [choose(listOf(list) as Schema[])])),
  ];
  let merged: Fields = own;
  for (const part of parts) {
    const simple = simplify(part, defs, choose, hops + 1);
    if (simple === undefined) return undefined;
    merged = merge(merged, simple);
  }
  return merged;
}

function merge(one: Fields, other: Fields): Fields {
  const merged: Record<string, unknown> = { ...other, ...one };
  for (const key of ["properties", "patternProperties"]) {
    if (one[key] !== undefined && other[key] !== undefined)
      merged[key] = mergeProperties(fieldsOf(other[key]), fieldsOf(one[key]));
  }
  for (const key of ["required", REQUIRED]) {
    if (one[key] !== undefined || other[key] !== undefined)
      merged[key] = [...new Set([...listOf(other[key]), ...listOf(one[key])])];
  }
  for (const key of ["enum", "type"]) {
    if (one[key] !== undefined && other[key] !== undefined) merged[key] = intersect(one[key], other[key]);
  }
  for (const [key, tighter] of TIGHTER) {
    if (typeof one[key] === "number" && typeof other[key] === "number")
      merged[key] = tighter(one[key], other[key]);
  }
  return merged;
}

const TIGHTER: readonly [key: string, choose: (a: number, b: number) => number][] = [
  ...["minimum", "minLength", "minItems"].map((key) => [key, Math.max] as [string, typeof Math.max]),
  ...["maximum", "maxLength", "maxItems"].map((key) => [key, Math.min] as [string, typeof Math.min]),
];

function mergeProperties(one: Fields, other: Fields): Fields {
  const merged: Record<string, unknown> = { ...one };
  for (const [name, schema] of Object.entries(other))
    merged[name] = Object.hasOwn(one, name) ? { allOf: [one[name], schema] } : schema;
  return merged;
}

/** What both allow; where that is nothing, what the nearer one says: the document contradicts itself. */
function intersect(one: unknown, other: unknown): unknown {
  const others = [other].flat();
  const shared = [one].flat().filter((value) => others.includes(value) || isNumberToo(value, others));
  if (shared.length === 0) return one;
  return shared.length === 1 && !Array.isArray(one) ? shared[0] : shared;
}

function isNumberToo(type: unknown, others: readonly unknown[]): boolean {
  return type === "integer" && others.includes("number");
}
