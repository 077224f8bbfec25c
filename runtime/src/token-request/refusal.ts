import { TokenError, type TokenErrorCode } from "../errors.ts";
import { decodeClaims } from "../jwt.ts";
import { readClockOffsetMs } from "../server-clocks.ts";
import { parseRetryAfterMs } from "./retry.ts";
import { cleanText, isPage, listProblems, type ServerAnswer } from "./server-answer.ts";

/** What a refusal is judged by, besides the answer. */
export interface RefusalContext {
  /** Name of the token client. */
  readonly client: string;
  readonly tokenEndpoint: string;
  /** How the client authenticated itself: the name of the method, or the type of an assertion that was given. */
  readonly method: string;
  /** Whether anything was sent that is valid for a while only: an assertion, or a DPoP proof. */
  readonly isTimeBound: boolean;
  /** Epoch ms, by our clock. */
  readonly answeredAt: number;
  /** What must not come back in an error: whatever proved the client's identity. */
  readonly secrets: readonly string[];
}

const UNKNOWN_SCOPE = "the client must be registered for every scope that it asks for; check scope";

/** What to do, by what the server calls the error. */
const ERRORS: ReadonlyMap<string | undefined, string> = new Map([
  ["invalid_request", "check parameters, resource, audience, dpop and tls against what the server asks for"],
  ["unauthorized_client", "the client must be registered for the client_credentials grant"],
  ["unsupported_grant_type", "the server must support the client_credentials grant; check tokenEndpoint"],
  ["invalid_scope", UNKNOWN_SCOPE],
  ["scope_invalid", UNKNOWN_SCOPE], // Glewlwyd
  ["invalid_target", "the server must know each resource and the audience that are asked for; check both"],
  ["invalid_dpop_proof", "check that the server takes the algorithm of the key in dpop"],
  ["use_dpop_nonce", "the server wants a DPoP proof with a nonce and took none; set dpop if it is not set"],
  ["invalid_grant", "the server may want a DPoP proof for this client; set dpop if it is not set"],
]);

/** What to do, by status, where the server calls it nothing that we know. */
const STATUSES: ReadonlyMap<number, string> = new Map([
  [404, "there is no token endpoint; check tokenEndpoint"],
  [405, "it takes no POST, so it is no token endpoint; check tokenEndpoint"],
  [410, "the token endpoint is gone; check tokenEndpoint"],
  [413, "the request is too large for it; check parameters and assertion"],
]);

const OTHER_BASIC =
  'some servers want clientSecretPost(), or { encoding: "raw" } with clientSecretBasic(), since they decode nothing';

const CERTIFICATE =
  "a dispatcher of the client's own must present the certificate itself, and a tokenEndpoint that is given must be the one that asks for certificates: nothing is discovered then";

/** Check this, by method, where the server does not take the client for who it says it is. */
const CREDENTIALS: ReadonlyMap<string, string> = new Map([
  ["client_secret_basic", `check clientId and secret; ${OTHER_BASIC}`],
  ["client_secret_post", "check clientId and secret; some servers want clientSecretBasic()"],
  [
    "client_secret_jwt",
    "check clientId and secret; some servers want the token endpoint, others the issuer as audience of clientSecretJwt()",
  ],
  [
    "private_key_jwt",
    "check clientId, and that key, alg and kid are registered; some servers want the token endpoint, others the issuer as audience of privateKeyJwt()",
  ],
  [
    "tls_client_auth",
    `check clientId, and that the certificate's subject is registered for it; ${CERTIFICATE}`,
  ],
  [
    "self_signed_tls_client_auth",
    `check clientId, and that the certificate is registered for it; ${CERTIFICATE}`,
  ],
  [
    "none",
    "check clientId; a client that is not public has to authenticate itself: give clientAuthentication",
  ],
]);

const ASSERTION =
  "check the assertion's issuer, subject and expiry; some servers want the token endpoint, others the issuer as its audience";

const PAGE =
  "that is a page, not an answer of a token endpoint; check tokenEndpoint, and any proxy before it";

/** Servers and clients usually bear with less. */
const TELLING_OFFSET_MS = 30_000;

/**
 * Builds the error for an answer that is no token: what the server said, and what to do about it.
 *
 * @see RFC 6749 §5.2
 */
export function buildRefusal(answer: ServerAnswer, context: RefusalContext): TokenError {
  const { status, headers } = answer;
  const said = readProblem(answer, context.secrets);
  const fields = {
    ...said,
    client: context.client,
    status,
    retryAfterMs: parseRetryAfterMs(headers, context.answeredAt),
  };
  const [code, advice] = judge(answer, said.error, context);
  const message = `${context.tokenEndpoint} answered ${status}${describeProblem(said)}; ${advice}`;
  return new TokenError(code, message, fields);
}

/** What the server said, fit for a log. */
export interface CleanProblem {
  readonly error: string | undefined;
  readonly errorDescription: string | undefined;
}

export function readProblem(answer: ServerAnswer, secrets: readonly string[]): CleanProblem {
  const [problem] = listProblems(answer);
  return {
    error: cleanText(problem?.error, secrets),
    errorDescription: cleanText(problem?.error_description, secrets),
  };
}

/** ` (invalid_client: no such client)`, or nothing. */
export function describeProblem({ error, errorDescription }: CleanProblem): string {
  const said = [error, errorDescription].filter((part) => part !== undefined).join(": ");
  return said && ` (${said})`;
}

function judge(
  answer: ServerAnswer,
  error: string | undefined,
  context: RefusalContext,
): [TokenErrorCode, string] {
  const { status } = answer;
  if (status === 429 || status >= 500) return ["ERR_TOKEN_ENDPOINT_FAILED", "it may work again later"];
  if (status >= 400) {
    const advice = advise(answer, error, context) + describeExpiry(context) + describeClock(answer, context);
    return ["ERR_TOKEN_ENDPOINT_REJECTED", advice];
  }
  const hint =
    status < 300 ? "check tokenEndpoint" : "secrets follow no redirect; give as tokenEndpoint where it leads";
  return ["ERR_TOKEN_RESPONSE_INVALID", `200 was expected; ${hint}`];
}

function advise(answer: ServerAnswer, error: string | undefined, { method }: RefusalContext): string {
  const { status } = answer;
  // Some servers have nothing but a status for a client that they don't know.
  const isNameless = error === undefined && (status === 401 || status === 403) && !isPage(answer);
  const credentials = CREDENTIALS.get(method) ?? ASSERTION;
  if (error === "invalid_client") return credentials;
  if (isNameless) return `${credentials}; or this is no token endpoint: check tokenEndpoint`;
  const known = ERRORS.get(error) ?? STATUSES.get(status);
  if (error === "invalid_request" && method === "client_secret_basic") return `${known}; ${OTHER_BASIC}`;
  if (known !== undefined) return known;
  return isPage(answer) ? PAGE : "check tokenEndpoint and the client's registration";
}

/** An assertion that somebody else issues may be one that nobody renews any more. */
function describeExpiry({ isTimeBound, secrets, answeredAt }: RefusalContext): string {
  const expiries = isTimeBound ? secrets.map((secret) => Number(decodeClaims(secret)["exp"]) * 1000) : [];
  const past = expiries.find((expiresAt) => expiresAt > 0 && expiresAt <= answeredAt);
  if (past === undefined) return "";
  return `; the assertion expired at ${new Date(past).toISOString()}: is it still renewed?`;
}

function describeClock(answer: ServerAnswer, { isTimeBound, answeredAt }: RefusalContext): string {
  const offsetMs = readClockOffsetMs(Object.fromEntries(answer.headers), answeredAt) ?? 0;
  if (!isTimeBound || Math.abs(offsetMs) <= TELLING_OFFSET_MS) return "";
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const direction = offsetMs > 0 ? "behind" : "ahead of";
  return `; this machine's clock is ${seconds} s ${direction} the server's, set it right`;
}
