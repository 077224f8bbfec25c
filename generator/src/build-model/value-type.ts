import { asArray, isObject, type JsonObject, refOf, resolve } from "../document.ts";
import type { ParameterModel } from "../model.ts";

/** Sets of what is no single text, as bits. */
const NEITHER = 0;
const ARRAY = 1;
const OBJECT = 2;
const EITHER = ARRAY | OBJECT;

const OF_TYPE: Readonly<Record<string, number>> = {
  string: NEITHER,
  number: NEITHER,
  integer: NEITHER,
  boolean: NEITHER,
  null: NEITHER,
  array: ARRAY,
  object: OBJECT,
};

/**
 * What a value may be besides one text; undefined for nothing else. A schema that says nothing of types allows
 * everything, as the types of its values do.
 */
export function valueType(document: JsonObject, schema: unknown): ParameterModel["type"] {
  const shapes = shapesOf(document, schema, new Map());
  if (shapes === EITHER) return "any";
  if (shapes === NEITHER) return undefined;
  return shapes === ARRAY ? "array" : "object";
}

function shapesOf(document: JsonObject, schema: unknown, known: Map<JsonObject, number>): number {
  if (schema === false) return NEITHER;
  if (!isObject(schema)) return EITHER;
  const found = known.get(schema);
  if (found !== undefined) return found;
  known.set(schema, EITHER); // Within itself it says nothing more.
  const inner = (part: unknown) => shapesOf(document, part, known);
  const target = refOf(schema) === undefined ? [] : [resolve(document, schema)];
  const choices = [schema["anyOf"], schema["oneOf"]].map(asArray).filter(({ length }) => length > 0);
  const shapes = [
    ownShapes(schema),
    ...[...target, ...asArray(schema["allOf"])].map(inner),
    ...choices.map((choice) => choice.reduce<number>((union, one) => union | inner(one), NEITHER)),
  ].reduce((all, some) => all & some);
  known.set(schema, shapes);
  return shapes;
}

function ownShapes({ type, const: constant, enum: values }: JsonObject): number {
  if (type !== undefined) return unionOf([type].flat().map((name) => OF_TYPE[String(name)] ?? EITHER));
  const listed = constant === undefined ? values : [constant];
  return Array.isArray(listed) ? unionOf(listed.map(shapeOf)) : EITHER;
}

function shapeOf(value: unknown): number {
  if (Array.isArray(value)) return ARRAY;
  return isObject(value) ? OBJECT : NEITHER;
}

function unionOf(shapes: readonly number[]): number {
  return shapes.reduce((union, shape) => union | shape, NEITHER);
}
