import { invalidOption } from "./errors.ts";
import type { Operation, Parameter } from "./operation.ts";
import { assertNoDotSegment } from "./serialize/dot-segments.ts";
import { compileCookie, compileHeader } from "./serialize/fields.ts";
import {
  compilePathParameter,
  compileQueryParameter,
  compileQuerystring,
  type Expand,
} from "./serialize/parameters.ts";
import { encodeLiteral } from "./serialize/percent-encoding.ts";
import { type BodyInput, compileBody, type WriteBody } from "./serialize/request-body.ts";

export { assertNoDotSegment, assertPathValues } from "./serialize/dot-segments.ts";

/** One call's values, in the groups in which the document declares them. */
export interface OperationInput extends BodyInput {
  readonly path?: Values | undefined;
  /** Of a query string that is one parameter, its value. */
  readonly query?: unknown;
  readonly headers?: Values | undefined;
  readonly cookies?: Values | undefined;
}

/** An operation's serialisers, compiled once; each throws `ERR_INVALID_OPTION` for a missing required value. */
export interface RequestWriter {
  /** `GET /items/{id}`: how errors name the operation. */
  readonly name: string;
  /** Path and query, percent-encoded. */
  target(input: OperationInput): string;
  /** Appends fields as name, value, name, value. */
  addHeaders(input: OperationInput, headers: string[]): void;
  readonly body: WriteBody;
}

type Values = Readonly<Record<string, unknown>>;

/** Compiles the styles, encodings and names of an operation into functions of its input. */
export function compileRequest(operation: Operation): RequestWriter {
  const template = operation.path
    .map((part) => (typeof part === "string" ? part : `{${part.name}}`))
    .join("");
  const name = `${operation.method} ${template}`;
  const path = compilePath(operation, name);
  const query = compileQuery(operation, name);
  const headers = compileHeaders(operation, name);
  const cookies = compileJoined(compileGroup(operation.cookies, "cookies", name, compileCookie), "; ");
  return {
    name,
    target(input) {
      const target = path(input.path);
      const text = query(input.query);
      if (text === "") return target;
      return `${target}${target.includes("?") ? "&" : "?"}${text}`;
    },
    addHeaders(input, fields) {
      headers(input.headers, fields);
      const text = cookies(input.cookies);
      if (text !== "") fields.push("cookie", text);
    },
    body: compileBody(operation.body, name),
  };
}

/** One parameter as a function of the values of its group; undefined when there is nothing to send. */
interface Writer {
  readonly name: string;
  readonly write: (values: Values | undefined) => string | undefined;
}

/** Compiles the parameters of one place in the request. */
function compileGroup(
  parameters: readonly Parameter[] = [],
  group: keyof OperationInput,
  operation: string,
  compile: (parameter: Parameter, where: string) => Expand,
): readonly Writer[] {
  return parameters.map((parameter) => {
    const { name, required } = parameter;
    const where = `${operation}: ${group}.${name}`;
    const find = compileText(name, compile(parameter, where));
    const write = (values: Values | undefined) => {
      const text = find(values);
      if (text === undefined && required) throw invalidOption(where, "is required and may not be empty");
      return text;
    };
    return { name, write };
  });
}

/** The text of the value that has this name; undefined where none has. */
function compileText(name: string, expand: Expand): (values: Values | undefined) => string | undefined {
  const read = compileRead(name);
  return (values) => {
    const value = values === undefined ? undefined : read(values);
    return value === undefined || value === null ? undefined : expand(value);
  };
}

/** What every object inherits is no value of a parameter that happens to have its name. */
function compileRead(name: string): (values: Values) => unknown {
  if (!(name in {})) return (values) => values[name];
  return (values) => (Object.hasOwn(values, name) ? values[name] : undefined);
}

function compileJoined(
  writers: readonly Writer[],
  separator: string,
): (values: Values | undefined) => string {
  if (writers.length === 0) return () => "";
  return (values) => {
    let joined = "";
    for (const { write } of writers) {
      const text = write(values);
      if (text !== undefined) joined += joined === "" ? text : separator + text;
    }
    return joined;
  };
}

function compileQuery({ query, querystring }: Operation, operation: string): (value: unknown) => string {
  if (querystring === undefined) {
    const group = compileGroup(query, "query", operation, compileQueryParameter);
    return compileJoined(group, "&") as (value: unknown) => string;
  }
  const where = `${operation}: query`;
  const expand = compileQuerystring(querystring, where);
  return (value) => {
    const text = value === undefined || value === null ? "" : expand(value);
    if (text === "" && querystring.required) throw invalidOption(where, "is required and may not be empty");
    return text;
  };
}

function compileHeaders(
  { headers }: Operation,
  operation: string,
): (values: Values | undefined, fields: string[]) => void {
  const writers = compileGroup(headers, "headers", operation, compileHeader).map(({ name, write }) => ({
    field: name.toLowerCase(),
    write,
  }));
  return (values, fields) => {
    for (const { field, write } of writers) {
      const text = write(values);
      if (text !== undefined) fields.push(field, text);
    }
  };
}

function compilePath(operation: Operation, name: string): (values: Values | undefined) => string {
  const parts = operation.path.map((part) => {
    if (typeof part === "string") {
      const literal = encodeLiteral(part);
      return () => literal;
    }
    const where = `${name}: path.${part.name}`;
    const find = compileText(part.name, compilePathParameter(part, where));
    return (values: Values | undefined) => {
      const text = find(values);
      // An empty segment would name another resource, often the collection.
      if (!text) throw invalidOption(where, "is required and may not be empty");
      return text;
    };
  });
  if (operation.path.every((part) => typeof part === "string")) {
    const path = encodeLiteral(operation.path.join(""));
    return () => path;
  }
  return (values) => {
    let path = "";
    for (const write of parts) path += write(values);
    assertNoDotSegment(path, name);
    return path;
  };
}
