import { AccessToken } from "../access-token.ts";
import { TokenError } from "../errors.ts";
import { decodeClaims } from "../jwt.ts";
import type { DefinedTokenClient } from "../token-client.ts";
import { buildRefusal, describeProblem, type RefusalContext, readProblem } from "./refusal.ts";
import { isPage, parseObject, type ServerAnswer } from "./server-answer.ts";

export interface AnswerContext extends Omit<RefusalContext, "client"> {
  readonly client: Pick<DefinedTokenClient, "name" | "defaultLifetimeMs" | "dpop" | "tls">;
  readonly requestedAt: number;
}

type Claims = Readonly<Record<string, unknown>>;

/** Token types as they are written in an Authorization field; servers differ in their case (RFC 6749 §5.1). */
const TOKEN_TYPES: ReadonlyMap<string, AccessToken["tokenType"]> = new Map([
  ["bearer", "Bearer"],
  ["dpop", "DPoP"],
]);

/** What to do when a token of another type comes than was asked for. */
const TYPE_ADVICE = {
  DPoP: "enable DPoP for this client at the server, or leave dpop out",
  Bearer: "set dpop if the server binds this client's tokens to a key",
};

/** What a server says beyond it is no lifetime, nor would the end of it be a date. */
const LONGEST_LIFETIME_MS = 365 * 86_400_000;

/**
 * Parses the answer to a token request.
 *
 * @throws {TokenError} `ERR_TOKEN_ENDPOINT_REJECTED` for a 4xx, `ERR_TOKEN_ENDPOINT_FAILED` for 429 and 5xx,
 *   `ERR_TOKEN_RESPONSE_INVALID` for anything that is no token response, or a token of somebody else's,
 *   `ERR_TOKEN_TYPE_MISMATCH` for another kind of token than was asked for
 * @see RFC 6749 §5.1 and §5.2, RFC 9449 §5
 */
export function parseTokenResponse(answer: ServerAnswer, context: AnswerContext): AccessToken {
  const { client, requestedAt } = context;
  if (answer.status !== 200) throw buildRefusal(answer, { ...context, client: client.name });
  const { access_token: value, token_type: type, expires_in, scope } = parseObject(answer.body);
  // What may stand in an Authorization field (RFC 6750 §2.1), a little wider: some servers use other punctuation.
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    const isHtml = isPage(answer) ? " but is a page: check the address, and any proxy before it" : "";
    throw buildInvalid(`has no usable access_token${isHtml}`, answer, context);
  }
  if (typeof type !== "string") throw buildInvalid("has no token_type", answer, context);
  if (scope !== undefined && scope !== null && typeof scope !== "string") {
    throw buildInvalid("has a scope that is no string", answer, context);
  }
  const tokenType = parseTokenType(type, context);
  const claims = decodeClaims(value);
  if (isBoundElsewhere(claims, client)) {
    throw buildInvalid("is a token bound to another key or certificate", answer, context);
  }
  const lifetimeMs =
    parseLifetimeMs(expires_in) ?? readLifetimeMs(claims, requestedAt) ?? client.defaultLifetimeMs;
  return new AccessToken({
    value,
    tokenType,
    issuedAt: requestedAt,
    expiresAt: requestedAt + Math.max(Math.min(lifetimeMs, LONGEST_LIFETIME_MS), -LONGEST_LIFETIME_MS),
    scope: scope ?? undefined,
    clientName: client.name,
  });
}

function buildInvalid(what: string, answer: ServerAnswer, context: AnswerContext): TokenError {
  const said = readProblem(answer, context.secrets);
  return new TokenError(
    "ERR_TOKEN_RESPONSE_INVALID",
    `the answer of ${context.tokenEndpoint} ${what}${describeProblem(said)}`,
    { ...said, client: context.client.name, status: answer.status },
  );
}

function parseTokenType(type: string, { client }: AnswerContext): AccessToken["tokenType"] {
  const expected = client.dpop === undefined ? "Bearer" : "DPoP";
  const got = TOKEN_TYPES.get(type.toLowerCase());
  if (got === expected) return got;
  const other = got === undefined ? "one of another type" : `a ${got} token`;
  throw new TokenError(
    "ERR_TOKEN_TYPE_MISMATCH",
    `asked for a ${expected} token and got ${other}; ${TYPE_ADVICE[expected]}`,
    { client: client.name, status: 200 },
  );
}

/** Whether no API would take the token from this client, as far as a JWT tells (RFC 9449 §6.1, RFC 8705 §3.1). */
function isBoundElsewhere({ cnf }: Claims, { dpop, tls }: AnswerContext["client"]): boolean {
  const { jkt, "x5t#S256": x5t } = Object(cnf) as Claims;
  const differs = (own: string | undefined, bound: unknown) =>
    own !== undefined && bound !== undefined && bound !== own;
  return differs(dpop?.thumbprint, jkt) || differs(tls?.thumbprint, x5t);
}

function parseLifetimeMs(expiresIn: unknown): number | undefined {
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** Time left to a JWT by its own `exp`; undefined for an opaque token. */
function readLifetimeMs({ exp }: Claims, requestedAt: number): number | undefined {
  return Number.isFinite(exp) ? Number(exp) * 1000 - requestedAt : undefined;
}
