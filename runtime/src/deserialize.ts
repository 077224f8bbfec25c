import { findMissingScope, parseChallenges } from "./challenge.ts";
import { essenceOf, isJson } from "./media-type.ts";
import type { Operation, ResponseContent } from "./operation.ts";
import type { ApiResult, ResponseInfo } from "./result.ts";

/** An operation's ways to read an answer, compiled once. */
export interface ResponseReader {
  /** Value of the `Accept` field: what the document declares, successes first. */
  readonly accept: string;
  read(body: readonly Buffer[], response: ResponseInfo): ApiResult;
}

interface Declaration {
  readonly name: number | string;
  /** Media types without their parameters; empty: no body. */
  readonly essences: readonly string[];
}

type Reading = { readonly value: unknown } | { readonly unreadable: string };

/** Compiles the declared responses of an operation into a function of the answer. */
export function compileResponses(operation: Operation): ResponseReader {
  const declarations = new Map<number, Declaration | undefined>();
  const findCached = (status: number) => {
    if (!declarations.has(status)) declarations.set(status, findDeclaration(operation, status));
    return declarations.get(status);
  };
  return {
    accept: listAccepted(operation),
    read(body, response) {
      const { status } = response;
      const ok = status >= 200 && status <= 299;
      const declared = findCached(status);
      if (declared === undefined) {
        const implied = status === 401 && operation.scopes !== undefined;
        return fail(implied ? 401 : "undeclared", readByContentType(body, response), response);
      }
      const isEmpty = declared.essences.length === 0 || operation.method === "HEAD";
      const reading = isEmpty ? { value: undefined } : readBody(body, declared.essences, response);
      if ("unreadable" in reading) return fail(ok ? "invalid" : "undeclared", reading.unreadable, response);
      if (ok) return { ok: true, status: declared.name, data: reading.value, response };
      return fail(declared.name, reading.value, response);
    },
  };
}

/**
 * The most specific declaration of a status. `default` stands for errors when the document declares a success,
 * for everything otherwise. The 401 of an operation with a token always goes by its own name.
 */
function findDeclaration({ responses, scopes }: Operation, status: number): Declaration | undefined {
  const range = `${Math.floor(status / 100)}XX`;
  const exact = responses[status];
  if (exact !== undefined) return declare(status, exact);
  const secured401 = status === 401 && scopes !== undefined;
  const wide = responses[range];
  if (wide !== undefined) return declare(secured401 ? 401 : range, wide);
  const declaresSuccess = Object.keys(responses).some((name) => name.startsWith("2"));
  const { default: rest } = responses;
  if (rest === undefined || (declaresSuccess && range === "2XX")) return undefined;
  return declare(secured401 ? 401 : "default", rest);
}

function declare(name: number | string, content: readonly ResponseContent[]): Declaration {
  return { name, essences: content.map((one) => essenceOf(mediaTypeOf(one))) };
}

function mediaTypeOf(content: ResponseContent): string {
  return typeof content === "string" ? content : content.mediaType;
}

function listAccepted(operation: Operation): string {
  const byStatus = Object.entries(operation.responses);
  const successes = byStatus.filter(([name]) => name.startsWith("2"));
  const accepted = new Set([...successes, ...byStatus].flatMap(([, content]) => content.map(mediaTypeOf)));
  return accepted.size === 0 ? "*/*" : [...accepted].join(", ");
}

function readBody(body: readonly Buffer[], declared: readonly string[], response: ResponseInfo): Reading {
  const essence = chooseEssence(declared, contentTypeOf(response));
  if (isJson(essence)) return readJson(readText(body));
  return { value: essence.startsWith("text/") ? readText(body) : readBytes(body) };
}

/** The most specific declared media type or range that the actual one fits, else the first. */
function chooseEssence(declared: readonly string[], actual: string): string {
  if (actual === "" || declared.includes(actual)) return actual || (declared[0] as string);
  const range = actual.replace(/\/.*/, "/*");
  if (declared.includes(range)) return range;
  return declared.includes("*/*") ? actual : (declared[0] as string);
}

/** Reads a body of which nothing is declared. */
function readByContentType(body: readonly Buffer[], response: ResponseInfo): unknown {
  const essence = contentTypeOf(response);
  if (!isJson(essence))
    return essence === "" || essence.startsWith("text/") ? readText(body) : readBytes(body);
  const reading = readJson(readText(body));
  return "value" in reading ? reading.value : reading.unreadable;
}

function readJson(text: string): Reading {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { unreadable: text }; // The result says so, with the text; the parser's message adds nothing.
  }
}

function contentTypeOf({ headers }: ResponseInfo): string {
  return essenceOf(String(headers["content-type"] ?? ""));
}

function readText(body: readonly Buffer[]): string {
  const text = joinChunks(body).toString();
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** A plain Uint8Array, as the types say: a Buffer compares and slices in other ways. */
function readBytes(body: readonly Buffer[]): Uint8Array {
  const { buffer, byteOffset, length } = joinChunks(body);
  return new Uint8Array(buffer, byteOffset, length);
}

function joinChunks(body: readonly Buffer[]): Buffer {
  return body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
}

function fail(status: number | string, error: unknown, response: ResponseInfo): ApiResult {
  return { ok: false, status, error, response: withChallenges(response) };
}

function withChallenges(response: ResponseInfo): ResponseInfo {
  const field = response.headers["www-authenticate"];
  if (field === undefined) return response;
  const challenges = parseChallenges(field);
  const missingScope = findMissingScope(challenges);
  return { ...response, challenges, ...(missingScope !== undefined && { missingScope }) };
}
