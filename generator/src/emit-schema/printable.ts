/**
 * A type in the words of a schema that openapi-typescript prints right in all cases: a name, a literal, a primitive, an
 * intersection or a union. What it prints wrong in some (objects, arrays, maps, tuples) is a `Shape` in the place of
 * the schema's type, which it leaves to us.
 */
export type Printable =
  | false
  | { readonly $ref: string }
  | { readonly enum: readonly (string | number | boolean | null)[] }
  | { readonly allOf: readonly Printable[] }
  | { readonly oneOf: readonly Printable[] }
  | { readonly type?: string | Shape };

export type Shape =
  | { readonly kind: "object"; readonly properties: readonly PropertyShape[]; readonly values?: Printable }
  | { readonly kind: "record"; readonly values: Printable }
  | { readonly kind: "list"; readonly items: Printable }
  | { readonly kind: "tuple"; readonly items: readonly TupleItem[]; readonly rest?: Printable }
  /** Text that no document has a part in. */
  | { readonly kind: "text"; readonly text: string };

export interface PropertyShape {
  readonly name: string;
  readonly type: Printable;
  readonly isOptional?: boolean;
  readonly isReadonly?: boolean;
  /** Lines of its comment, safe to print. */
  readonly docs?: readonly string[];
}

export interface TupleItem {
  readonly type: Printable;
  readonly isOptional?: boolean;
}

export const ANYTHING: Printable = {};
export const NOTHING: Printable = false;
export const STRING: Printable = { type: "string" };
export const NUMBER: Printable = { type: "number" };
export const BOOLEAN: Printable = { type: "boolean" };
export const NULL: Printable = { type: "null" };
export const BYTES: Printable = { type: { kind: "text", text: "Blob" } };
export const UNDEFINED: Printable = { type: { kind: "text", text: "undefined" } };

const PRIMITIVES: ReadonlySet<Printable> = new Set([STRING, NUMBER, BOOLEAN]);

export function made(shape: Shape): Printable {
  return { type: shape };
}

export function shapeOf(type: Printable): Shape | undefined {
  return type !== false && "type" in type && typeof type.type === "object" ? type.type : undefined;
}

/** The type by its name in the generated file, an identifier. */
export function named(name: string): Printable {
  return { $ref: `#/${name}` };
}

export function unionOf(types: readonly Printable[]): Printable {
  const members = distinct(
    types.flatMap((type) => (type !== false && "oneOf" in type ? type.oneOf : [type])),
  );
  if (members.includes(ANYTHING)) return ANYTHING;
  const real = members.filter((type) => type !== NOTHING);
  const [first = NOTHING] = real;
  return real.length < 2 ? first : { oneOf: real };
}

/**
 * Leaves out what adds nothing: a bare primitive too, where another part says more. Two primitives contradict each
 * other; the first is taken.
 */
export function intersectionOf(types: readonly Printable[]): Printable {
  const parts = distinct(types.flatMap((type) => (type !== false && "allOf" in type ? type.allOf : [type])));
  if (parts.includes(NOTHING)) return NOTHING;
  const real = parts.filter((type) => type !== ANYTHING);
  const special = real.filter((type) => !PRIMITIVES.has(type));
  const [first = ANYTHING, ...others] = special.length > 0 ? special : real.slice(0, 1);
  return others.length === 0 ? first : { allOf: [first, ...others] };
}

/** Whether printing the type once more costs next to nothing. */
export function isShort(type: Printable): boolean {
  if (type === false || "$ref" in type || "enum" in type) return true;
  if ("oneOf" in type) return type.oneOf.length <= 4 && type.oneOf.every(isShort);
  if ("allOf" in type) return false;
  const shape = shapeOf(type);
  return shape === undefined || shape.kind === "text" || (shape.kind === "list" && isShort(shape.items));
}

function distinct(types: readonly Printable[]): Printable[] {
  if (types.length < 2) return [...types];
  const seen = new Map<unknown, Printable>();
  for (const type of types) {
    const key = keyOf(type);
    if (!seen.has(key)) seen.set(key, type);
  }
  return [...seen.values()];
}

/** Equal for names and literals that are the same, else the type itself. */
function keyOf(type: Printable): unknown {
  if (type === false || "oneOf" in type || "allOf" in type) return type;
  if ("$ref" in type) return type.$ref;
  return "enum" in type ? JSON.stringify(type.enum) : type;
}
