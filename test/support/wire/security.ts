import type { RecordedRequest } from "../scripted-server.ts";
import { formDecode, percentDecode, splitPair } from "./decode-style.ts";
import { type Fields, fieldsOf, listOf, type SourceDocument, textOf } from "./source-document.ts";

/** The security of a document: its schemes, and what each operation requires of them. */
export interface WireSecurity {
  /** Names of query parameters and cookies that carry keys. */
  readonly keyNames: ReadonlySet<string>;
  /** What a client is given for a scheme that no token satisfies. */
  credentialOf(scheme: string): unknown;
  /** Where a request has less than an operation requires, or a token that it does not ask for. */
  check(operation: Secured, request: RecordedRequest): string[];
}

/** What an operation requires, and which of its parameters a caller gives himself. */
export interface Secured {
  readonly security: Requirements;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
}

/** Alternatives of schemes to have together; none at all: nothing is required. Undefined where a document is silent. */
export type Requirements = readonly (readonly string[])[] | undefined;

const KEY = "key+/=ü 1";
const USER = { username: "us er", password: "pa:ss%ü" };

export function readRequirements(node: unknown): Requirements {
  return node === undefined
    ? undefined
    : listOf(node).map((alternative) => Object.keys(fieldsOf(alternative)));
}

export function readSecurity(source: SourceDocument): WireSecurity {
  const { root, follow } = source;
  const schemes = fieldsOf(fieldsOf(root["components"])["securitySchemes"] ?? root["securityDefinitions"]);
  const schemeOf = (name: string) => fieldsOf(follow(schemes[name]));
  return {
    keyNames: new Set(Object.keys(schemes).flatMap((name) => textOf(schemeOf(name)["name"]) ?? [])),
    credentialOf: (name) => (isBasic(schemeOf(name)) ? USER : keyFor(schemeOf(name))),
    check({ security: requirements, parameters }, request) {
      const isParameter = (scheme: Fields) =>
        parameters.some((own) => own.in === scheme["in"] && own.name === scheme["name"]);
      const has = (name: string) => isParameter(schemeOf(name)) || hasCredential(schemeOf(name), request);
      if (requirements === undefined) return [];
      const lacks = requirements.map((names) => names.filter((name) => !has(name)));
      if (requirements.length === 0)
        return request.headers.authorization === undefined
          ? []
          : ["security: a token, and nothing asks for one"];
      return lacks.some((missing) => missing.length === 0)
        ? []
        : [`security: lacks ${JSON.stringify(lacks)}`];
    },
  };
}

function isBasic({ type, scheme }: Fields): boolean {
  return type === "basic" || (type === "http" && String(scheme).toLowerCase() === "basic");
}

/** Header fields and cookies hold fewer characters than queries do. */
function keyFor(scheme: Fields): string {
  return scheme["in"] === "query" ? KEY : "key+/=1";
}

function hasCredential(scheme: Fields, { headers, path }: RecordedRequest): boolean {
  const { authorization = "" } = headers;
  if (scheme["type"] === "mutualTLS") return true; // Said by the connection.
  if (scheme["type"] !== "apiKey") {
    const basic = Buffer.from(`${USER.username}:${USER.password}`).toString("base64");
    if (isBasic(scheme)) return authorization === `Basic ${basic}`;
    const isToken = scheme["type"] !== "http" || String(scheme["scheme"]).toLowerCase() === "bearer";
    return isToken ? /^Bearer \S+$/.test(authorization) : authorization !== "";
  }
  const name = String(scheme["name"]);
  const want = keyFor(scheme);
  const has = (text: string, separator: RegExp, decode: (raw: string) => string) =>
    text.split(separator).some((pair) => {
      const [key, value] = splitPair(pair);
      return decode(key) === name && (decode(value) === want || value === want);
    });
  if (scheme["in"] === "query") return has(path.split("?")[1] ?? "", /&/, formDecode);
  if (scheme["in"] === "cookie") return has(headers.cookie ?? "", /; /, percentDecode);
  return headers[name.toLowerCase()] === want;
}
