/** Why no token could be had; a closed set, so that a switch over it is complete. */
export type TokenErrorCode =
  | "ERR_TOKEN_CLIENT_UNKNOWN"
  | "ERR_TOKEN_ENDPOINT_UNREACHABLE"
  | "ERR_TOKEN_ENDPOINT_TIMEOUT"
  | "ERR_TOKEN_ENDPOINT_REJECTED"
  | "ERR_TOKEN_ENDPOINT_FAILED"
  | "ERR_TOKEN_RESPONSE_INVALID"
  | "ERR_TOKEN_TYPE_MISMATCH"
  | "ERR_CLIENT_ASSERTION_FAILED"
  | "ERR_DISCOVERY_FAILED"
  | "ERR_ISSUER_MISMATCH"
  | "ERR_ORIGIN_NOT_ALLOWED";

/** What is known of a failure to get a token. */
export interface TokenErrorFields {
  /** Name of the token client. */
  readonly client: string;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * No token could be had for a call, or it may not go where the call goes; nothing was sent to the API.
 *
 * Holds no secret, token, assertion or body. `error` and `errorDescription` are what the authorization server
 * said, without control characters and without anything secret that it echoed.
 *
 * @see RFC 6749 §5.2
 */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code: TokenErrorCode;
  /** Name of the token client. */
  readonly client: string;
  /** HTTP status of the authorization server's answer, where there was one. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly errorDescription: string | undefined;
  /** No token will be requested before that many ms have passed: the server said so, or failed too often. */
  readonly retryAfterMs: number | undefined;

  constructor(code: TokenErrorCode, message: string, fields: TokenErrorFields) {
    super(
      `token client "${fields.client}": ${message}`,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.code = code;
    this.client = fields.client;
    this.status = fields.status;
    this.error = fields.error;
    this.errorDescription = fields.errorDescription;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** A mistake in an option or argument; `code` is `ERR_INVALID_OPTION`. */
export function invalidOption(option: string, rule: string): TypeError {
  return Object.assign(new TypeError(`${option} ${rule}`), { code: "ERR_INVALID_OPTION" as const });
}

/** @throws {TypeError} `ERR_INVALID_OPTION` where something was given beyond the options that there are */
export function refuseUnknownOptions(rest: object, prefix = ""): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalidOption(prefix + unknown, "is no option");
}

/** Whether an error is the caller's mistake, which is passed on as it is. */
export function isInvalidOption(error: unknown): error is TypeError & { code: "ERR_INVALID_OPTION" } {
  return error instanceof TypeError && "code" in error && error.code === "ERR_INVALID_OPTION";
}

/** Which call got no answer. */
export interface ApiCallFields {
  /** Method and path template: `GET /items/{id}`. */
  readonly operation: string;
  readonly method: string;
  /** Its query is left out. */
  readonly url: string;
  readonly cause?: unknown;
}

class ApiCallError extends Error {
  readonly operation: string;
  readonly method: string;
  readonly url: string;

  constructor(message: string, fields: ApiCallFields) {
    super(
      `${fields.operation}: ${message}`,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.operation = fields.operation;
    this.method = fields.method;
    this.url = omitQuery(fields.url);
  }
}

/** The API could not be reached, or the connection broke before the answer was complete. */
export class ApiConnectionError extends ApiCallError {
  override readonly name = "ApiConnectionError";
  readonly code = "ERR_API_CONNECTION";
}

/** The call, token and body included, took longer than its `timeoutMs`. */
export class ApiTimeoutError extends ApiCallError {
  override readonly name = "ApiTimeoutError";
  readonly code = "ERR_API_TIMEOUT";
}

/**
 * An answer that is longer than the client collects in memory, or an item of a stream that is; `maxResponseBytes` of
 * the client bounds both, content codings taken off.
 */
export class ApiResponseTooLargeError extends ApiCallError {
  override readonly name = "ApiResponseTooLargeError";
  readonly code = "ERR_API_RESPONSE_TOO_LARGE";
}

/**
 * An item of a stream that is no JSON although its document says so; the stream ends with it.
 *
 * `text` is the item as it came. It is not enumerable: loggers print where it came from, not what it is.
 */
export class ApiItemError extends ApiCallError {
  override readonly name = "ApiItemError";
  readonly code = "ERR_API_ITEM";
  declare readonly text: string;

  constructor(message: string, fields: ApiCallFields, text: string) {
    super(message, fields);
    Object.defineProperty(this, "text", { value: text });
  }
}

/** Whether an error is of a call already, and says all that its caller is to know. */
export function isCallError(error: unknown): boolean {
  return error instanceof ApiCallError;
}

/** What undici's fetch says in an error that has neither a code nor a name of its own. */
const PLAIN_REASONS = ["bad port", "proxy authentication required"];

/** Why something failed, in words that are safe to print: a code where there is one. */
export function describeCause(cause: unknown): string {
  const { code, name, message } = Object(cause) as { code?: unknown; name?: string; message?: string };
  // A DOMException's is a number that says nothing.
  if (typeof code === "string") return code;
  return PLAIN_REASONS.find((reason) => reason === message) ?? name ?? "unknown reason";
}

/** A URL without its query, which may hold what does not belong in a log. */
export function omitQuery(url: string): string {
  return url.replace(/[?#].*/s, "");
}

/**
 * Copies what is safe to pass on of an error that a transport threw: name, message, code and stack, and those of its
 * causes. undici's parser errors, for one, hold the bytes that they could not parse, a token perhaps among them.
 */
export function copyCause(cause: unknown): Error | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { name, message, stack } = cause;
  const inner = copyCause(cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined));
  const copy = new Error(message, inner === undefined ? undefined : { cause: inner });
  const code = (cause as { code?: unknown }).code;
  Object.defineProperty(copy, "name", { value: name });
  Object.defineProperty(copy, "stack", { value: stack });
  return typeof code === "string" ? Object.assign(copy, { code }) : copy;
}
