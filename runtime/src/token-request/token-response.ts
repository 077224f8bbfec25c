import { AccessToken } from "../access-token.ts";
import { TokenError, type TokenErrorCode } from "../errors.ts";
import { decodeClaims } from "../jwt.ts";
import { parseRetryAfterMs } from "./retry.ts";
import { cleanText, parseObject, type ServerAnswer } from "./server-answer.ts";

export interface AnswerContext {
  readonly client: string;
  readonly tokenEndpoint: string;
  readonly requestedAt: number;
  readonly defaultLifetimeMs: number;
  /** What must not come back in an error: whatever proved the client's identity. */
  readonly secrets: readonly string[];
}

/**
 * Parses the answer to a token request.
 *
 * @throws {TokenError} `ERR_TOKEN_ENDPOINT_REJECTED` for a 4xx, `ERR_TOKEN_ENDPOINT_FAILED` for 429 and 5xx,
 *   `ERR_TOKEN_RESPONSE_INVALID` for anything that is no token response, `ERR_TOKEN_TYPE_MISMATCH` for another
 *   kind of token than was asked for
 * @see RFC 6749 §5.1 and §5.2
 */
export function parseTokenResponse(answer: ServerAnswer, context: AnswerContext): AccessToken {
  if (answer.status !== 200) throw buildAnswerError(answer, context);
  const { access_token: value, token_type: type, expires_in, scope } = parseObject(answer.body);
  const invalid = (what: string) =>
    new TokenError("ERR_TOKEN_RESPONSE_INVALID", `the answer of ${context.tokenEndpoint} ${what}`, {
      client: context.client,
      status: answer.status,
    });
  // What may stand in an Authorization field (RFC 6750 §2.1), a little wider: some servers use other punctuation.
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) throw invalid("has no usable access_token");
  if (typeof type !== "string") throw invalid("has no token_type");
  if (scope !== undefined && scope !== null && typeof scope !== "string") {
    throw invalid("has a scope that is no string");
  }
  if (type.toLowerCase() !== "bearer") {
    throw new TokenError("ERR_TOKEN_TYPE_MISMATCH", "asked for a Bearer token and got one of another type", {
      client: context.client,
      status: answer.status,
    });
  }
  const lifetimeMs = parseLifetimeMs(expires_in) ?? readExpiry(value, context) ?? context.defaultLifetimeMs;
  return new AccessToken({
    value,
    tokenType: "Bearer",
    issuedAt: context.requestedAt,
    expiresAt: context.requestedAt + lifetimeMs,
    scope: scope ?? undefined,
    clientName: context.client,
  });
}

function buildAnswerError(answer: ServerAnswer, context: AnswerContext): TokenError {
  const { error, error_description: description } = parseObject(answer.body);
  const fields = {
    client: context.client,
    status: answer.status,
    error: cleanText(error, context.secrets),
    errorDescription: cleanText(description, context.secrets),
    retryAfterMs: parseRetryAfterMs(answer.retryAfter, context.requestedAt),
  };
  const [code, hint] = classify(answer.status, fields.error);
  const said = [fields.error, fields.errorDescription].filter((part) => part !== undefined).join(": ");
  return new TokenError(
    code,
    `${context.tokenEndpoint} answered ${answer.status}${said && ` (${said})`}; ${hint}`,
    fields,
  );
}

function classify(status: number, error: string | undefined): [TokenErrorCode, string] {
  if (status === 429 || status >= 500) return ["ERR_TOKEN_ENDPOINT_FAILED", "it may work again later"];
  if (status < 400) return ["ERR_TOKEN_RESPONSE_INVALID", "200 was expected; check tokenEndpoint"];
  return ["ERR_TOKEN_ENDPOINT_REJECTED", HINTS.get(error) ?? "check the client's registration"];
}

const HINTS: ReadonlyMap<string | undefined, string> = new Map([
  ["invalid_client", "check clientId, the secret and the authentication method"],
  ["unauthorized_client", "the client must be registered for the client_credentials grant"],
  ["unsupported_grant_type", "the server must support the client_credentials grant"],
  ["invalid_scope", "the client must be registered for every scope that it asks for"],
  ["invalid_target", "the server must know the resource that is asked for"],
  [undefined, "check tokenEndpoint and the client's registration"],
]);

function parseLifetimeMs(expiresIn: unknown): number | undefined {
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** Time left to a JWT by its own `exp`; undefined for an opaque token. */
function readExpiry(token: string, context: AnswerContext): number | undefined {
  const { exp } = decodeClaims(token);
  return Number.isFinite(exp) ? Number(exp) * 1000 - context.requestedAt : undefined;
}
