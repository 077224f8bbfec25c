import type { RecordedRequest } from "../scripted-server.ts";
import { compareTexts, compareValues, show } from "./compare.ts";
import {
  type Decoded,
  decodeHeaderText,
  decodePathText,
  formDecode,
  percentDecode,
  type RawPair,
  shapeOf,
  splitPair,
  takePairs,
  UnreadableMessage,
} from "./decode-style.ts";
import { matchPath } from "./match-path.ts";
import { formatOf } from "./media-type.ts";
import { checkBody } from "./request-body.ts";
import { type Fields, fieldsOf } from "./source-document.ts";
import type { WireCall } from "./wire-call.ts";
import type { WireParameter } from "./wire-operation.ts";

/** What a request's parameters say, by OpenAPI's tables. */
export interface CheckedRequest {
  /** Where it is not what the caller meant. */
  readonly problems: readonly string[];
  readonly decoded: readonly { readonly parameter: WireParameter; readonly value: unknown }[];
}

/**
 * Decodes a request by its document alone, and compares it with what the caller meant.
 *
 * @param basePath - path of the server, without a slash at its end
 * @param keyNames - names of query parameters and cookies that carry credentials
 */
export function checkRequest(
  call: WireCall,
  request: RecordedRequest,
  { basePath, keyNames }: { basePath: string; keyNames: ReadonlySet<string> },
): CheckedRequest {
  const problems: string[] = [];
  const decoded: { parameter: WireParameter; value: unknown }[] = [];
  const attempt = (check: () => readonly string[]) => {
    try {
      problems.push(...check());
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      problems.push(error.message);
    }
  };
  const { operation, parameters } = call;
  if (request.method !== operation.method)
    problems.push(`method: ${request.method}, not ${operation.method}`);
  attempt(() => {
    const read = createReader(call, request, basePath);
    for (const { parameter, value } of parameters) {
      attempt(() => {
        const text = read.value(parameter, value);
        if (text === undefined)
          return [`${parameter.in}.${parameter.name}: want ${show(value)}, got nothing`];
        decoded.push({ parameter, value: parameter.mediaType === undefined ? text : value });
        return compareParameter(parameter, value, text);
      });
    }
    const left = read.rest().filter(([name]) => !keyNames.has(formDecode(name)));
    return left.map((pair) => `nobody gave ${show(pair)}`);
  });
  attempt(() => checkHeaders(call, request));
  attempt(() => checkBody(call.body, request.body, request.headers["content-type"]));
  return { problems, decoded };
}

interface RequestReader {
  value(parameter: WireParameter, meant: unknown): Decoded | undefined;
  /** What no parameter took. */
  rest(): readonly RawPair[];
}

function createReader({ operation }: WireCall, request: RecordedRequest, basePath: string): RequestReader {
  const [target = "", rawQuery = ""] = splitOnce(request.path.slice(basePath.length), "?");
  const template = splitOnce(operation.path, "?");
  const variables = matchPath(target, template[0] as string, operation.parameters);
  const query = pairsOf(rawQuery, "&");
  // Some documents tell operations apart by a fixed query in their path.
  for (const pair of pairsOf(template[1] ?? "", "&")) if (!pair[1].includes("{")) removePair(query, pair);
  const isRawCookie = operation.parameters.some(({ style }) => style === "cookie");
  // Some declare the whole field, as a header.
  const isField = operation.parameters.some(({ name }) => name.toLowerCase() === "cookie");
  const cookies = pairsOf(isField ? "" : (request.headers.cookie ?? ""), isRawCookie ? /; ?/ : /; ?|&/);
  return {
    value(parameter, meant) {
      const shape = parameter.mediaType === undefined ? shapeOf(meant) : "text";
      const keys = Object.keys(fieldsOf(meant));
      const explode = parameter.explode && parameter.mediaType === undefined;
      switch (parameter.in) {
        case "path": {
          const raw = variables.get(parameter.name) ?? takeVariable(query, template[1] ?? "", parameter.name);
          const style = parameter.mediaType === undefined ? parameter : { ...parameter, style: "simple" };
          return raw === undefined ? undefined : decodePathText(raw, style, shape);
        }
        case "header": {
          const raw = request.headers[parameter.name.toLowerCase()];
          return raw === undefined
            ? undefined
            : decodeHeaderText(String(raw), { ...parameter, explode }, shape);
        }
        case "cookie": {
          const decode = parameter.style === "cookie" ? String : percentDecode;
          return takePairs(cookies, { ...parameter, explode }, { shape, keys, decode });
        }
        case "querystring":
          query.splice(0);
          return decodeQuerystring(parameter, rawQuery);
        default:
          return takePairs(query, { ...parameter, explode }, { shape, keys });
      }
    },
    rest: () => [...query, ...cookies],
  };
}

/** A whole query string of JSON is percent-encoded; one of a form is as it stands. */
function decodeQuerystring({ mediaType = "" }: WireParameter, raw: string): string {
  return formatOf(mediaType) === "urlencoded" ? raw : percentDecode(raw);
}

function compareParameter(parameter: WireParameter, value: unknown, text: Decoded): string[] {
  const at = `${parameter.in}.${parameter.name}`;
  if (parameter.mediaType === undefined) return compareTexts(value, text, at);
  if (formatOf(parameter.mediaType) === "json") return compareValues(value, parseJson(String(text)), at);
  if (formatOf(parameter.mediaType) !== "urlencoded") return compareTexts(value, text, at);
  const pairs = pairsOf(String(text), "&");
  return Object.entries(value as Fields).flatMap(([name, item]) =>
    compareTexts(
      item,
      takePairs(pairs, { name, style: "form", explode: true }, { shape: shapeOf(item), keys: [] }),
      `${at}.${name}`,
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableMessage(`${show(text)} is not JSON`);
  }
}

/** Header parameters that nobody gave are not there. */
function checkHeaders({ operation, parameters, input }: WireCall, { headers }: RecordedRequest): string[] {
  const given = new Set(parameters.map(({ parameter }) => parameter.name.toLowerCase()));
  const ours = new Set([
    "accept",
    "authorization",
    "content-type",
    "content-length",
    "cookie",
    "host",
    "connection",
  ]);
  const absent = operation.parameters.filter(
    ({ in: location, name }) =>
      location === "header" && !given.has(name.toLowerCase()) && !ours.has(name.toLowerCase()),
  );
  const wrong = absent.filter(({ name }) => headers[name.toLowerCase()] !== undefined);
  const transfer = input.body === undefined && headers["content-type"] !== undefined;
  return [
    ...wrong.map(({ name }) => `header.${name}: nobody gave it`),
    ...(transfer ? ["content-type: there is no body"] : []),
  ];
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function pairsOf(text: string, separator: string | RegExp): RawPair[] {
  return text === "" ? [] : text.split(separator).map(splitPair);
}

/** A variable of the query that a template has: `/search?q={query}`. */
function takeVariable(query: RawPair[], template: string, name: string): string | undefined {
  const [key] = pairsOf(template, "&").find(([, value]) => value === `{${name}}`) ?? [];
  const index = query.findIndex(([found]) => found === key);
  return index < 0 ? undefined : query.splice(index, 1)[0]?.[1];
}

function removePair(pairs: RawPair[], [name, value]: RawPair): void {
  const index = pairs.findIndex((pair) => pair[0] === name && pair[1] === value);
  if (index < 0) throw new UnreadableMessage(`the query lacks ${name}=${value}`);
  pairs.splice(index, 1);
}
