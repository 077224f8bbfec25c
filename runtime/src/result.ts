import type { Challenge } from "./challenge.ts";
import { omitQuery } from "./errors.ts";

/** What is known of an answer besides its data. */
export interface ResponseInfo {
  /** Method and path template: `GET /items/{id}`. */
  readonly operation: string;
  /** On the wire. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url: string;
  /** What a failure asks for in `WWW-Authenticate`, a step-up for instance (RFC 9470); absent where it asks nothing. */
  readonly challenges?: readonly Challenge[];
  /** The scope that the token lacks, where a failure says so: `insufficient_scope` (RFC 6750 §3.1). */
  readonly missingScope?: string;
}

/** A declared 2xx answer; `status` names the declaration that it fits: `200`, `"2XX"` or `"default"`. */
export interface Success<Status extends number | string, Data> {
  readonly ok: true;
  readonly status: Status;
  readonly data: Data;
  readonly response: ResponseInfo;
}

/** Another declared answer; `status` names the declaration that it fits: `404`, `"4XX"` or `"default"`. */
export interface Failure<Status extends number | string, Body> {
  readonly ok: false;
  readonly status: Status;
  readonly error: Body;
  readonly response: ResponseInfo;
}

/**
 * What a document does not tell of, and every operation may still meet.
 *
 * `"undeclared"`: a status that is not declared, or an error whose body is not what was declared; `error` is its
 * body as its content type says, else its text. `"invalid"`: a declared success whose body can't be read as its
 * media type, or is of another one than the call accepts; `error` is the raw text.
 */
export type Undeclared = Failure<"undeclared", unknown> | Failure<"invalid", string>;

/** What any operation of a generated client resolves to. */
export type ApiResult = Success<number | string, unknown> | Failure<number | string, unknown>;

/**
 * An answer that is no declared success, thrown by {@link unwrap}.
 *
 * The typed failure is in `result`, which is not enumerable: loggers print status and URL, not the answer's body.
 */
export class ApiError<
  F extends Failure<number | string, unknown> = Failure<number | string, unknown>,
> extends Error {
  override readonly name = "ApiError";
  readonly code = "ERR_API_RESPONSE";
  /** Method and path template: `GET /items/{id}`. */
  readonly operation: string;
  /** HTTP status on the wire. */
  readonly status: number;
  /** Without its query. */
  readonly url: string;
  declare readonly result: F;

  constructor(result: F) {
    const { operation, status, url, challenges, missingScope } = result.response;
    const address = omitQuery(url);
    const lack = missingScope === undefined ? "" : `; its token lacks the scope "${missingScope}"`;
    super(
      `${operation}: ${address} answered ${status}${nameError(challenges)}${explain(result.status)}${lack}`,
    );
    this.operation = operation;
    this.status = status;
    this.url = address;
    Object.defineProperty(this, "result", { value: result });
  }
}

/**
 * Returns the data of a success.
 *
 * @throws {ApiError} when the result is a failure
 */
export function unwrap<R extends ApiResult>(result: R): Extract<R, { ok: true }>["data"] {
  if (result.ok) return result.data;
  throw new ApiError(result);
}

/** ` (invalid_token)`, or nothing: what is no name, as all of RFC 6750 §3's are, might quote the token. */
function nameError(challenges: readonly Challenge[] = []): string {
  const names = challenges.map(({ parameters }) => parameters["error"] ?? "");
  const name = names.find((name) => /^[a-z]+(_[a-z]+){0,7}$/.test(name) && name.length <= 50);
  return name === undefined ? "" : ` (${name})`;
}

function explain(status: number | string): string {
  if (status === "undeclared") return ", which its document does not declare, or not with such a body";
  if (status === "invalid") return " with a body that is not what was asked for";
  return "";
}
