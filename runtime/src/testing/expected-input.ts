import { inspect, isDeepStrictEqual } from "node:util";
import { isBytes } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";
import type { Operation, Parameter } from "../operation.ts";
import { Part } from "../part.ts";
import { compileCookie, compileHeader } from "../serialize/fields.ts";
import {
  compilePathParameter,
  compileQueryParameter,
  compileQuerystring,
  type Expand,
} from "../serialize/parameters.ts";
import type { OperationInput } from "../serialize.ts";

/** Says what of a call's input is not as it should be; undefined where nothing is. */
export type FindDifference = (input: OperationInput) => string | undefined;

type Values = Readonly<Record<string, unknown>>;

/**
 * Compiles what is expected of the input of an operation: parameters are compared as they are sent, so that `10` and
 * `"10"` are the same in a query; bodies as JSON has them.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for what the operation does not have
 */
export function compileExpected(operation: Operation, expected: unknown, name: string): FindDifference {
  if (typeof expected === "function")
    return (input) => (expected(input) === true ? undefined : "its function says no");
  if (typeof expected !== "object" || expected === null)
    throw invalidOption(`${name}.when`, "takes parts of an input, or a function");
  const checks = Object.entries(expected)
    .filter(([, value]) => value !== undefined)
    .flatMap(([part, value]) => compilePart(operation, part, value, `${name}.when: ${part}`));
  return (input) => {
    for (const check of checks) {
      const difference = check(input);
      if (difference !== undefined) return difference;
    }
    return undefined;
  };
}

function compilePart(operation: Operation, part: string, value: unknown, where: string): FindDifference[] {
  const { path, query = [], querystring, headers = [], cookies = [] } = operation;
  switch (part) {
    case "path":
      return compileGroup(
        part,
        path.filter((one) => typeof one !== "string"),
        value,
        where,
        compilePathParameter,
      );
    case "query":
      if (querystring === undefined) return compileGroup(part, query, value, where, compileQueryParameter);
      return [compareTexts("query", compileQuerystring(querystring, where), value, ({ query }) => query)];
    case "headers":
      return compileGroup(part, headers, value, where, compileHeader);
    case "cookies":
      return compileGroup(part, cookies, value, where, compileCookie);
    case "body":
      return [({ body }) => findDifference(value, body, "body")];
    case "contentType":
    case "accept":
      return [(input) => findDifference(value, (input as Values)[part], part)];
    default:
      throw invalidOption(
        where,
        "is no part of an input: path, query, headers, cookies, body, contentType, accept",
      );
  }
}

function compileGroup(
  part: "path" | "query" | "headers" | "cookies",
  parameters: readonly Parameter[],
  values: unknown,
  where: string,
  compile: (parameter: Parameter, where: string) => Expand,
): FindDifference[] {
  const given = Object.entries(Object(values) as Values).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => {
    const parameter = parameters.find((one) => one.name === name);
    if (parameter === undefined) {
      const names = parameters.map((one) => one.name).join(", ") || "none";
      throw invalidOption(`${where}.${name}`, `is no parameter of the operation, which has: ${names}`);
    }
    const expand = compile(parameter, `${where}.${name}`);
    return compareTexts(
      `${part}.${name}`,
      expand,
      value,
      (input) => (input[part] as Values | undefined)?.[name],
    );
  });
}

function compareTexts(
  label: string,
  expand: Expand,
  expected: unknown,
  read: (input: OperationInput) => unknown,
): FindDifference {
  const wanted = expand(expected);
  return (input) => {
    const actual = read(input);
    const sent = actual === undefined || actual === null ? undefined : expand(actual);
    return sent === wanted ? undefined : describe(label, expected, actual);
  };
}

/** Of an object, what is expected counts; all else is compared whole. */
function findDifference(expected: unknown, actual: unknown, label: string): string | undefined {
  const [wanted, given] = [toPlain(expected), toPlain(actual)];
  if (isObject(wanted) && isObject(given)) {
    for (const [name, value] of Object.entries(wanted)) {
      const difference =
        value === undefined ? undefined : findDifference(value, given[name], `${label}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const areComparable =
    Array.isArray(wanted) || wanted instanceof Part || (isBytes(wanted) && !isBlob(wanted));
  const isEqual = areComparable ? isDeepStrictEqual(asJson(wanted), asJson(given)) : Object.is(wanted, given);
  return isEqual ? undefined : describe(label, expected, actual);
}

function isBlob(value: unknown): boolean {
  return value instanceof Blob;
}

function isObject(value: unknown): value is Values {
  const prototype = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}

/** A Date, for instance, is its text. */
function toPlain(value: unknown): unknown {
  const { toJSON } = Object(value) as { toJSON?: unknown };
  return typeof toJSON === "function" && !isBytes(value) ? toJSON.call(value, "") : value;
}

function asJson(value: unknown): unknown {
  return Array.isArray(value) ? JSON.parse(JSON.stringify(value)) : value;
}

function describe(label: string, expected: unknown, actual: unknown): string {
  return `${label} is ${print(actual)}, not ${print(expected)}`;
}

function print(value: unknown): string {
  const text = inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 });
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
