import { invalidOption } from "./errors.ts";
import type { Operation, Parameter } from "./operation.ts";
import {
  compileCookie,
  compileHeader,
  compilePathParameter,
  compileQueryParameter,
} from "./serialize/expansion.ts";
import { compileBody, type WriteBody } from "./serialize/request-body.ts";

/** One call's values, in the groups in which the document declares them. */
export interface OperationInput {
  readonly path?: Values | undefined;
  readonly query?: Values | undefined;
  readonly headers?: Values | undefined;
  readonly cookies?: Values | undefined;
  readonly body?: unknown;
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
  const query = compileGroup(operation.query, "query", name, compileQueryParameter);
  const headers = compileGroup(operation.headers, "headers", name, compileHeader);
  const cookies = compileGroup(operation.cookies, "cookies", name, compileCookie);
  return {
    name,
    target(input) {
      const pairs = query(input.query);
      if (pairs.length === 0) return path(input.path);
      const target = path(input.path);
      return `${target}${target.includes("?") ? "&" : "?"}${pairs.join("&")}`;
    },
    addHeaders(input, fields) {
      for (const [header, value] of headers(input.headers)) fields.push(header, value);
      const pairs = cookies(input.cookies);
      if (pairs.length > 0) fields.push("cookie", pairs.join("; "));
    },
    body: compileBody(operation.body, name),
  };
}

/** Compiles the parameters of one place in the request; what has no value is left out. */
function compileGroup<Text>(
  parameters: readonly Parameter[] = [],
  group: keyof OperationInput,
  operation: string,
  compile: (parameter: Parameter) => (value: unknown) => Text | undefined,
): (values: Values | undefined) => Text[] {
  const compiled = parameters.map((parameter) => ({ parameter, expand: compile(parameter) }));
  return (values) => {
    const texts: Text[] = [];
    for (const { parameter, expand } of compiled) {
      const value = values?.[parameter.name];
      const text = value === undefined || value === null ? undefined : expand(value);
      if (text !== undefined) texts.push(text);
      else if (parameter.required)
        throw invalidOption(`${operation}: ${group}.${parameter.name}`, "is required and may not be empty");
    }
    return texts;
  };
}

function compilePath(operation: Operation, name: string): (values: Values | undefined) => string {
  const parts = operation.path.map((part) =>
    typeof part === "string" ? part : { parameter: part, expand: compilePathParameter(part) },
  );
  if (parts.every((part) => typeof part === "string")) return () => parts.join("");
  return (values) => {
    let path = "";
    for (const part of parts) {
      if (typeof part === "string") {
        path += part;
        continue;
      }
      const value = values?.[part.parameter.name];
      const text = value === undefined || value === null ? undefined : part.expand(value);
      // An empty segment would name another resource, often the collection.
      if (!text)
        throw invalidOption(`${name}: path.${part.parameter.name}`, "is required and may not be empty");
      path += text;
    }
    assertNoDotSegment(path, name);
    return path;
  };
}

/**
 * A server or proxy that resolves dot segments (RFC 3986 §5.2.4) would see another operation; so would one that takes
 * matrix parameters off a segment first.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION`
 */
export function assertNoDotSegment(path: string, operation: string): void {
  if (/(^|\/)(\.|%2e){1,2}(;[^/]*)?(\/|$)/i.test(path)) {
    throw invalidOption(`${operation}: path`, "may not have a segment that is . or ..");
  }
}
