import { isObject } from "../../../document.ts";
import { closestName } from "../../../names.ts";
import type { Walk } from "../walk.ts";
import { type Shape, TYPES } from "./keyword-shapes.ts";

/**
 * The value of a keyword that is no schema, or as much of it as means something.
 *
 * @returns undefined when that is nothing; the keyword is to be left out then
 */
export function checkKeyword(walk: Walk, shape: Shape, value: unknown): unknown {
  switch (shape) {
    case "text":
      return typeof value === "string" ? value : ignored(walk, value, "a string");
    case "number":
      return typeof value === "number" ? value : ignored(walk, value, "a number");
    case "flag":
      return typeof value === "boolean" ? value : ignored(walk, value, "true or false");
    case "numberOrFlag":
      return /number|boolean/.test(typeof value) ? value : ignored(walk, value, "a number");
    case "names":
      return checkNames(walk, value);
    case "values":
      return Array.isArray(value) && value.length > 0
        ? value
        : ignored(walk, value, "a list of one value at least");
    case "type":
      return checkType(walk, value);
    default:
      return isObject(value) ? value : ignored(walk, value, "an object");
  }
}

/** A keyword that is null says nothing, and is what YAML makes of one that was left empty. */
export function ignored(
  walk: Walk,
  value: unknown,
  expected: string,
  fix = "correct it or leave it out",
): undefined {
  if (value !== null) walk.warn(`expected ${expected}; the keyword is ignored`, fix);
}

function checkNames(walk: Walk, value: unknown): unknown {
  if (!Array.isArray(value)) return ignored(walk, value, "a list of property names");
  const names = value.filter((name) => typeof name === "string");
  if (names.length === value.length) return value;
  walk.warn("expected a list of property names; what is none is ignored", "correct it or leave it out");
  return names;
}

function checkType(walk: Walk, value: unknown): unknown {
  if (typeof value === "string" && TYPES.has(value)) return value;
  const expected = `one of ${[...TYPES].join(", ")}`;
  if (typeof value === "string" && TYPES.has(value.toLowerCase())) {
    ignored(walk, value, expected);
    return value.toLowerCase();
  }
  if (!Array.isArray(value)) {
    const meant = closestName(String(value), TYPES);
    return ignored(walk, value, expected, meant && `did you mean "${meant}"?`);
  }
  const types = value.filter((type) => TYPES.has(type));
  if (types.length === value.length && types.length > 0) return value;
  return ignored(walk, value, expected);
}
