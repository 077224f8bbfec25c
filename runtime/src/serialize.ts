import { FormData } from "undici";
import { invalidOption } from "./errors.ts";
import type { Operation, Parameter } from "./operation.ts";

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
  /** What to hand to undici; appends `content-type` where undici does not set it. */
  body(input: OperationInput, headers: string[]): unknown;
}

type Values = Readonly<Record<string, unknown>>;
type Encode = (text: string) => string;
/** Gives the text of one parameter; undefined when there is nothing to send. */
type Expand = (value: unknown) => string | undefined;

const JSON_TYPE = /[/+]json\b/i;

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
      return pairs.length === 0 ? path(input.path) : `${path(input.path)}?${pairs.join("&")}`;
    },
    addHeaders(input, fields) {
      for (const [header, value] of headers(input.headers)) fields.push(header, value);
      const pairs = cookies(input.cookies);
      if (pairs.length > 0) fields.push("cookie", pairs.join("; "));
    },
    body: compileBody(operation, name),
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
        throw invalidOption(`${operation}: ${group}.${parameter.name}`, "is required");
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
    // A server or proxy that resolves dot segments (RFC 3986 §5.2.4) would see another operation.
    if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path)) {
      throw invalidOption(`${name}: path`, "may not have a segment that is . or ..");
    }
    return path;
  };
}

function compilePathParameter(parameter: Parameter): Expand {
  const { name, style = "simple", explode = false } = parameter;
  const { content } = parameter;
  if (content !== undefined) return (value) => encodeText(writeContent(content, value));
  const encode = parameter.allowReserved ? encodeReservedSegment : encodeText;
  const label = encode(name);
  switch (style) {
    case "label":
      return (value) => prefixed(".", expand(value, { separator: explode ? "." : ",", explode, encode }));
    case "matrix":
      return (value) =>
        prefixed(";", expand(value, { separator: explode ? ";" : ",", explode, encode, label, bare: true }));
    default:
      return (value) => expand(value, { separator: ",", explode, encode });
  }
}

function compileQueryParameter(parameter: Parameter): Expand {
  const { name, style = "form", content } = parameter;
  const encode = parameter.allowReserved ? encodeReserved : encodeText;
  const label = encodeText(name);
  if (content !== undefined) return (value) => `${label}=${encodeText(writeContent(content, value))}`;
  if (style === "deepObject") return (value) => expandDeep(label, value, encode);
  const { explode = style === "form" } = parameter;
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style as string] ?? ",";
  return (value) => expand(value, { separator: explode ? "&" : delimiter, explode, encode, label });
}

function compileCookie(parameter: Parameter): Expand {
  const { name, style = "form", explode = true, content } = parameter;
  // RFC 6265 §4.1.1 leaves no room for a semicolon, a comma or a space in a value; style `cookie` encodes nothing.
  const encode = style === "cookie" ? String : encodeText;
  if (content !== undefined) return (value) => `${name}=${encode(writeContent(content, value))}`;
  return (value) => expand(value, { separator: explode ? "; " : ",", explode, encode, label: name });
}

function compileHeader(parameter: Parameter): (value: unknown) => readonly [string, string] | undefined {
  const { name, explode = false, content } = parameter;
  const field = name.toLowerCase();
  return (value) => {
    const text =
      content === undefined
        ? expand(value, { separator: ",", explode, encode: String })
        : writeContent(content, value);
    return text === undefined ? undefined : [field, text];
  };
}

interface Expansion {
  readonly separator: string;
  readonly explode: boolean;
  readonly encode: Encode;
  /** Encoded name, for styles that send it. */
  readonly label?: string;
  /** An empty value is sent as the name alone, without `=`. */
  readonly bare?: boolean;
}

/** Variable expansion in the manner of RFC 6570 §3.2; an empty list or object gives nothing. */
function expand(value: unknown, how: Expansion): string | undefined {
  const { separator, explode, encode, label } = how;
  if (!isStructured(value)) return named(encode(stringify(value)), how);
  const entries = listEntries(value);
  if (entries.length === 0) return undefined;
  if (Array.isArray(value)) {
    const items = entries.map(([, item]) => encode(stringify(item)));
    return explode
      ? items.map((item) => named(item, how)).join(separator)
      : named(items.join(separator), how);
  }
  const pairs = entries.map(([key, item]) => [encode(key), encode(stringify(item))] as const);
  if (explode) return pairs.map(([key, item]) => named(item, { ...how, label: key })).join(separator);
  const list = pairs.flat().join(separator);
  return label === undefined ? list : `${label}=${list}`;
}

function named(text: string, { label, bare }: Expansion): string {
  if (label === undefined) return text;
  return bare && text === "" ? label : `${label}=${text}`;
}

/** `filter[price][gte]=5`; lists repeat their name. Deeper than one level is a convention, not in OpenAPI. */
function expandDeep(label: string, value: unknown, encode: Encode): string | undefined {
  if (!isStructured(value)) return `${label}=${encode(stringify(value))}`;
  const suffix = (key: string) => (Array.isArray(value) ? label : `${label}%5B${encode(key)}%5D`);
  const pairs = listEntries(value).map(([key, item]) => expandDeep(suffix(key), item, encode));
  return pairs.filter((pair) => pair !== undefined).join("&") || undefined;
}

function isStructured(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

function listEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
}

/** The items of a list, or one value as a list of one. */
function listItems(value: unknown): unknown[] {
  return Array.isArray(value) ? value.filter((item) => item !== undefined && item !== null) : [value];
}

/** A parameter declared by `content`: in its media type, without a style. */
function writeContent(mediaType: string, value: unknown): string {
  return JSON_TYPE.test(mediaType) ? JSON.stringify(value) : stringify(value);
}

function stringify(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : prefix + text;
}

/** Everything but RFC 3986's unreserved characters; encodeURIComponent spares five more. */
function encodeText(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text; // Most values: numbers, ids.
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, encodeAscii);
}

/** Leaves reserved characters, save those that would end or split the value in a URL. */
function encodeReserved(text: string): string {
  return encodeText(text).replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|3D)/g, decodeURIComponent);
}

/** In a path, what would end the segment or the path is encoded all the same. */
function encodeReservedSegment(text: string): string {
  return encodeReserved(text).replace(/[/?]/g, encodeAscii);
}

function encodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function compileBody(operation: Operation, name: string): RequestWriter["body"] {
  const declared = operation.body;
  if (declared === undefined) return () => undefined;
  const write = chooseBodyWriter(declared.mediaType);
  return (input, headers) => {
    if (input.body === undefined) {
      if (declared.required) throw invalidOption(`${name}: body`, "is required");
      return undefined;
    }
    // undici adds it to a form, with the boundary.
    if (write !== writeForm) headers.push("content-type", declared.mediaType);
    return write(input.body);
  };
}

function chooseBodyWriter(mediaType: string): (body: unknown) => unknown {
  if (JSON_TYPE.test(mediaType)) return (body) => JSON.stringify(body);
  if (/^multipart\/form-data\b/i.test(mediaType)) return writeForm;
  if (/^application\/x-www-form-urlencoded\b/i.test(mediaType)) return writeUrlEncoded;
  return (body) => (body instanceof ArrayBuffer ? new Uint8Array(body) : body);
}

function writeForm(body: unknown): FormData {
  const form = new FormData();
  for (const [name, value] of listEntries(body as object)) {
    for (const item of listItems(value)) {
      if (item instanceof Blob) form.append(name, item);
      else if (isStructured(item))
        form.append(name, new Blob([JSON.stringify(item)], { type: "application/json" }));
      else form.append(name, stringify(item));
    }
  }
  return form;
}

function writeUrlEncoded(body: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of listEntries(body as object)) {
    for (const item of listItems(value)) form.append(name, stringify(item));
  }
  return form.toString();
}
