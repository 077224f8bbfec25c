import { findMissingScope, parseChallenges } from "./challenge.ts";
import { assertAccept, mediaTypeOf, writeAccept } from "./deserialize/accept.ts";
import { contentTypeOf, type Reading, readBody, readByContentType } from "./deserialize/body.ts";
import { formatOf, isSequence } from "./deserialize/body-format.ts";
import { chooseBody, type Declaration, findDeclaration } from "./deserialize/declaration.ts";
import type { ItemFormat } from "./item-stream.ts";
import { essenceOf } from "./media-type.ts";
import type { Operation } from "./operation.ts";
import type { ApiResult, ResponseInfo } from "./result.ts";

/** An operation's ways to read an answer, compiled once. */
export interface ResponseReader {
  /** Value of the `Accept` field. */
  readonly accept: string;
  /** Whether an answer may come item by item. */
  readonly hasItems: boolean;
  read(body: readonly Buffer[], response: ResponseInfo): ApiResult;
  /**
   * Says how a success is read as it comes.
   *
   * @param stream - the caller wants texts and bytes as they come too
   * @returns undefined for an answer that is read whole
   */
  open(response: ResponseInfo, stream: boolean): Opening | undefined;
}

/** Reads the preferred successes, unless a call chooses others. */
export interface OperationReader extends ResponseReader {
  /**
   * Reads successes of a media type that a call chooses.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` for what no success is declared to be
   */
  accepting(accept: string, operation: string): ResponseReader;
}

/** The declaration that a success fits, and what its body is cut into. */
export interface Opening {
  readonly status: number | string;
  readonly format: ItemFormat;
}

/** Compiles the declared responses of an operation into functions of the answer. */
export function compileResponses(operation: Operation): OperationReader {
  const byAccept = new Map<string, ResponseReader>();
  const accepting: OperationReader["accepting"] = (accept, name) => {
    let reader = byAccept.get(accept);
    if (reader === undefined) {
      assertAccept(operation, accept, name);
      reader = compileReader(operation, accept);
      byAccept.set(accept, reader);
    }
    return reader;
  };
  return { ...compileReader(operation, undefined), accepting };
}

function compileReader(operation: Operation, accept: string | undefined): ResponseReader {
  const declarations = new Map<number, Declaration | undefined>();
  const find = (status: number) => {
    if (!declarations.has(status)) declarations.set(status, findDeclaration(operation, status, accept));
    return declarations.get(status);
  };
  return {
    accept: writeAccept(operation, accept),
    hasItems: hasItems(operation),
    read(body, response) {
      const declared = find(response.status);
      if (declared !== undefined) return readDeclared(body, declared, response);
      const implied = response.status === 401 && operation.scopes !== undefined;
      return fail(implied ? 401 : "undeclared", readByContentType(body, response), response);
    },
    open(response, stream) {
      const declared = isSuccess(response) ? find(response.status) : undefined;
      return declared === undefined ? undefined : openDeclared(declared, response, stream);
    },
  };
}

function readDeclared(body: readonly Buffer[], declared: Declaration, response: ResponseInfo): ApiResult {
  const ok = isSuccess(response);
  const reading = readChosen(body, declared, response);
  if ("unreadable" in reading) return fail(ok ? "invalid" : "undeclared", reading.unreadable, response);
  if (ok) return { ok, status: declared.name, data: reading.value, response };
  return fail(declared.name, reading.value, response);
}

function readChosen(body: readonly Buffer[], declared: Declaration, response: ResponseInfo): Reading {
  if (declared.bodies.length === 0) return { value: undefined };
  const { format, charset, isAccepted } = chooseBody(declared, contentTypeOf(response));
  const reading = readBody(body, isAccepted ? format : "text", charset);
  // Of a failure its text is all there is to read; a success is read whole only where no items came.
  if (isAccepted && (!isSequence(format) || !isSuccess(response))) return reading;
  return "value" in reading ? { unreadable: String(reading.value) } : reading;
}

function openDeclared(declared: Declaration, response: ResponseInfo, stream: boolean): Opening | undefined {
  if (declared.bodies.length === 0) return undefined;
  const { format, items, isAccepted } = chooseBody(declared, contentTypeOf(response));
  if (!isAccepted) return undefined;
  const { name: status } = declared;
  if (items !== undefined) return { status, format: items };
  return stream && (format === "text" || format === "bytes") ? { status, format: BYTES } : undefined;
}

const BYTES: ItemFormat = { kind: "bytes" };

function isSuccess({ status }: ResponseInfo): boolean {
  return status >= 200 && status <= 299;
}

function hasItems({ responses }: Operation): boolean {
  const contents = Object.values(responses).flat();
  return contents.some((content) => isSequence(formatOf(essenceOf(mediaTypeOf(content)))));
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
