import type { Dispatcher } from "undici";
import type { AccessToken } from "../access-token.ts";
import type { DpopServers } from "../dpop.ts";
import { omitQuery, TokenError } from "../errors.ts";
import type { DefinedTokenClient, TokenRequest } from "../token-client.ts";
import { toTokenError } from "./connection-failure.ts";
import { assertSecureEndpoint, DiscoveryFailure, type ServerMetadata } from "./discovery.ts";
import type { MetadataCache } from "./metadata-cache.ts";
import { postGrant } from "./post-grant.ts";
import { listProblems, readClockOffsetMs, type ServerAnswer } from "./server-answer.ts";
import { parseTokenResponse } from "./token-response.ts";

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
  readonly proofs: DpopServers;
  readonly metadata: MetadataCache;
}

/** Where a request goes. */
interface Target {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** Where the endpoint is from, if it was discovered. */
  readonly metadata: ServerMetadata | undefined;
}

/** A request, and what became of it. */
interface Sent {
  readonly answer: ServerAnswer;
  readonly requestedAt: number;
  readonly answeredAt: number;
  readonly secrets: readonly string[];
  /** Whether an assertion or a proof was sent: what is good for a while only. */
  readonly hasTimes: boolean;
  /** What the server calls wrong that another request may mend. */
  readonly complaints: readonly string[];
  /** Whether another proof would differ in nonce or clock. */
  readonly isProofOutdated: boolean;
  /** Whether what was signed here has another time than the server's clock. */
  readonly isClockWrong: boolean;
  /** The server's clock less ours. */
  readonly clockOffsetMs: number;
}

/** What a server says of an endpoint that is somewhere else by now. */
const GONE = [404, 405, 410];

/** Servers whose clock is not ours say so in many ways, and some have no name for a bad proof. */
const MENDABLE = ["use_dpop_nonce", "invalid_dpop_proof", "invalid_grant", "invalid_client"];

/** Differences below this are none: `Date` counts whole seconds, and the answer was on its way. */
const LEAST_OFFSET_MS = 5000;

/** To renew metadata may take this part of a request's time. */
const PATIENCE = 1 / 4;

/**
 * Asks an authorization server for one token; again, at once, where the answer tells that the nonce of the DPoP proof
 * or the time of what was signed is wrong, and what is right: once for either.
 *
 * @throws {TokenError} or what the signal makes fetch throw
 * @see RFC 6749 §4.4, RFC 9449 §5 and §8
 */
export async function exchangeGrant(request: TokenRequest, options: ExchangeOptions): Promise<AccessToken> {
  const { client, grant } = request;
  const target = await findTarget(client, options);
  const mended = new Set<string>();
  let sent = await send(request, target, options);
  for (let flaw = findFlaw(sent); flaw !== undefined && !mended.has(flaw); flaw = findFlaw(sent)) {
    mended.add(flaw);
    sent = await send(request, target, options, sent);
  }
  if (target.metadata !== undefined && GONE.includes(sent.answer.status)) {
    const { issuer, metadata } = target;
    options.metadata.forget({ issuer, dispatcher: options.dispatcher }, metadata);
  }
  return parseTokenResponse(sent.answer, {
    ...sent,
    client,
    tokenEndpoint: omitQuery(target.tokenEndpoint),
    method: grant.clientAssertion?.type ?? client.clientAuthentication.method,
  });
}

async function findTarget(client: DefinedTokenClient, options: ExchangeOptions): Promise<Target> {
  const { tokenEndpoint, tls, requestTimeoutMs } = client;
  const issuer = client.issuer ?? (tokenEndpoint as string); // A definition has one of them.
  if (tokenEndpoint !== undefined) return { issuer, tokenEndpoint, metadata: undefined };
  const { dispatcher, signal } = options;
  const patienceMs = requestTimeoutMs * PATIENCE;
  try {
    const metadata = await options.metadata.find({ issuer, dispatcher }, { signal, patienceMs });
    // RFC 8705 §5
    const alias = tls?.thumbprint === undefined ? undefined : metadata.mtlsTokenEndpoint;
    if (alias !== undefined) assertSecureEndpoint(alias, issuer);
    return { issuer, tokenEndpoint: alias ?? metadata.tokenEndpoint, metadata };
  } catch (error) {
    if (!(error instanceof DiscoveryFailure)) throw toTokenError(error, issuer, client.name);
    throw new TokenError(error.code, error.message, { ...error.fields, client: client.name });
  }
}

/** @param before - what was sent in vain */
async function send(
  request: TokenRequest,
  { issuer, tokenEndpoint }: Target,
  { dispatcher, signal, now, proofs }: ExchangeOptions,
  before?: Sent,
): Promise<Sent> {
  const { client, grant } = request;
  const requestedAt = now();
  const { href: url } = new URL(tokenEndpoint);
  const proof = client.dpop && proofs.prove(client.dpop, { method: "POST", url }, requestedAt);
  const offsetMs = proof?.clockOffsetMs ?? before?.clockOffsetMs ?? 0;
  const posted = await postGrant(request, {
    server: { issuer, token_endpoint: url },
    dispatcher,
    signal,
    proof: proof?.jwt,
    signedAt: requestedAt + offsetMs,
  });
  const { answer, hasAssertion } = posted;
  const answeredAt = now();
  const isSignedHere = proof !== undefined || (hasAssertion && grant.clientAssertion === undefined);
  const clockOffsetMs = readClockOffsetMs(answer, answeredAt) ?? offsetMs;
  const complaints = listComplaints(answer);
  const nonce = answer.headers.get("dpop-nonce");
  // Only the date of an answer that may be about the time: others come from who knows where.
  const date = complaints.length > 0 && !answer.headers.has("age") ? answer.headers.get("date") : undefined;
  return {
    answer,
    requestedAt,
    answeredAt,
    secrets: [...(before?.secrets ?? []), ...posted.secrets],
    hasTimes: proof !== undefined || hasAssertion,
    complaints,
    isProofOutdated: proof !== undefined && proofs.note(proof, { nonce, date }, answeredAt),
    isClockWrong: isSignedHere && Math.abs(clockOffsetMs - offsetMs) >= LEAST_OFFSET_MS,
    clockOffsetMs,
  };
}

function listComplaints(answer: ServerAnswer): string[] {
  if (answer.status !== 400 && answer.status !== 401) return [];
  const errors = listProblems(answer).map(({ error }) => error);
  return MENDABLE.filter((name) => errors.includes(name));
}

/** What another request would do better, as far as the answer tells. */
function findFlaw({ complaints, isProofOutdated, isClockWrong }: Sent): "clock" | "nonce" | undefined {
  if (complaints.length > 0 && isClockWrong) return "clock";
  return complaints.some((error) => /dpop/.test(error)) && isProofOutdated ? "nonce" : undefined;
}
