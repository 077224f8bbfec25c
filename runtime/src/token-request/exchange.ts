import type { Dispatcher } from "undici";
import type { AccessToken } from "../access-token.ts";
import type { DpopProof, DpopProver } from "../dpop.ts";
import { omitQuery } from "../errors.ts";
import type { ServerClocks } from "../server-clocks.ts";
import type { DefinedTokenClient, TokenRequest } from "../token-client.ts";
import { toTokenError } from "./connection-failure.ts";
import { assertSecureEndpoint, DiscoveryFailure, type ServerMetadata } from "./discovery.ts";
import type { MetadataCache } from "./metadata-cache.ts";
import { type Posted, postGrant } from "./post-grant.ts";
import { listProblems, type ServerAnswer } from "./server-answer.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { parseTokenResponse } from "./token-response.ts";

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
  readonly clocks: ServerClocks;
  readonly prover: DpopProver;
  readonly metadata: MetadataCache;
  /** Measures the client's authentication. */
  readonly stopwatch: Stopwatch;
}

/** Where a request goes. */
interface Target {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** Where the endpoint is from, if it was discovered. */
  readonly metadata: ServerMetadata | undefined;
}

/** What another request may have right that was wrong. */
type Remedy = "clock" | "nonce";

/** A request, and what became of it. */
interface Sent extends Posted {
  readonly requestedAt: number;
  readonly answeredAt: number;
  /** By what it is told apart what servers have said. */
  readonly server: string;
  /** The server's clock less ours, as far as it was known. */
  readonly offsetMs: number;
  readonly proof: DpopProof | undefined;
  /** Whether an assertion or a proof was sent: what is good for a while only. */
  readonly isTimeBound: boolean;
  /** What the server says that may be about what was signed here. */
  readonly errors: readonly string[];
}

/** What a server says of an endpoint that is somewhere else by now. */
const GONE = [404, 405, 410];

/** What may be said of a wrong nonce or clock: servers say it in many ways, and some have no name for a bad proof. */
const REMEDIABLE = ["use_dpop_nonce", "invalid_dpop_proof", "invalid_grant", "invalid_client"];

/**
 * Asks an authorization server for one token; again, at once, where the answer tells that the nonce of the DPoP proof
 * or the time of what was signed is wrong, and what is right: once for either.
 *
 * @throws {TokenError} also once the signal is aborted: why, its owner knows
 * @see RFC 6749 §4.4, RFC 9449 §5 and §8
 */
export async function exchangeGrant(request: TokenRequest, options: ExchangeOptions): Promise<AccessToken> {
  const { client } = request;
  let address = client.tokenEndpoint ?? client.issuer ?? "";
  try {
    const target = await findTarget(client, options);
    address = target.tokenEndpoint;
    return await exchangeAt(target, request, options);
  } catch (error) {
    if (error instanceof DiscoveryFailure) throw error.toTokenError(client.name);
    throw toTokenError(error, address, client.name);
  }
}

async function findTarget(client: DefinedTokenClient, options: ExchangeOptions): Promise<Target> {
  const { tokenEndpoint, tls, clientAuthentication } = client;
  const issuer = client.issuer ?? (tokenEndpoint as string); // A definition has one of them.
  if (tokenEndpoint !== undefined) return { issuer, tokenEndpoint, metadata: undefined };
  const { dispatcher, signal } = options;
  const metadata = await options.metadata.find({ issuer, dispatcher }, signal);
  // RFC 8705 §5; the certificate may be in the client's own dispatcher.
  const hasCertificate =
    tls?.thumbprint !== undefined || clientAuthentication.method.endsWith("tls_client_auth");
  const alias = hasCertificate ? metadata.mtlsTokenEndpoint : undefined;
  if (alias !== undefined) assertSecureEndpoint(alias, issuer);
  return { issuer, tokenEndpoint: alias ?? metadata.tokenEndpoint, metadata };
}

async function exchangeAt(
  target: Target,
  request: TokenRequest,
  options: ExchangeOptions,
): Promise<AccessToken> {
  const { issuer, tokenEndpoint, metadata } = target;
  const { client, grant } = request;
  const tried = new Set<Remedy>();
  let sent = await send(request, target, options);
  let { secrets } = sent;
  let remedy = chooseRemedy(sent, options);
  while (remedy !== undefined && !tried.has(remedy)) {
    tried.add(remedy);
    sent = await send(request, target, options);
    secrets = [...secrets, ...sent.secrets];
    remedy = chooseRemedy(sent, options);
  }
  if (metadata !== undefined && GONE.includes(sent.answer.status)) {
    options.metadata.forget({ issuer, dispatcher: options.dispatcher }, metadata);
  }
  return parseTokenResponse(sent.answer, {
    ...sent,
    secrets,
    client,
    tokenEndpoint: omitQuery(tokenEndpoint),
    method: grant.clientAssertion?.type ?? client.clientAuthentication.method,
  });
}

/** Sends the request by what is known of the server, and learns what its answer tells. */
async function send(
  request: TokenRequest,
  { issuer, tokenEndpoint }: Target,
  { dispatcher, signal, now, clocks, prover, stopwatch }: ExchangeOptions,
): Promise<Sent> {
  const { client, grant } = request;
  const requestedAt = now();
  const { href: url } = new URL(tokenEndpoint);
  const server = identifyServer(url, client);
  const offsetMs = clocks.offsetMs(server);
  const proof = client.dpop && prover.prove(client.dpop, { method: "POST", url, server }, requestedAt);
  const posted = await postGrant(request, {
    server: { issuer, token_endpoint: url },
    dispatcher,
    signal,
    proof: proof?.jwt,
    signedAt: requestedAt + offsetMs,
    stopwatch,
  });
  const { answer, hasAssertion } = posted;
  const answeredAt = now();
  const isSigned = proof !== undefined || (hasAssertion && grant.clientAssertion === undefined);
  const errors = isSigned ? listRemediable(answer) : [];
  if (proof !== undefined) prover.noteNonce(proof, answer.headers.get("dpop-nonce"));
  if (errors.length > 0) clocks.note(server, Object.fromEntries(answer.headers), answeredAt);
  const isTimeBound = proof !== undefined || hasAssertion;
  return { ...posted, requestedAt, answeredAt, server, offsetMs, proof, isTimeBound, errors };
}

/** What a client's own proxy or certification authority vouches for is not what others' proofs go by. */
function identifyServer(url: string, { name, dispatcher, tls }: DefinedTokenClient): string {
  const { origin } = new URL(url);
  return dispatcher === undefined && tls === undefined ? origin : `${origin} ${name}`;
}

function listRemediable(answer: ServerAnswer): string[] {
  if (answer.status !== 400 && answer.status !== 401) return [];
  const errors = listProblems(answer).map(({ error }) => error);
  return REMEDIABLE.filter((name) => errors.includes(name));
}

/** What another request would have right, as far as is known by now. */
function chooseRemedy(
  { errors, server, offsetMs, proof }: Sent,
  { clocks, prover }: ExchangeOptions,
): Remedy | undefined {
  if (errors.length > 0 && clocks.isOutdated(server, offsetMs)) return "clock";
  const isProofRefused = errors.some((error) => /dpop/.test(error));
  return isProofRefused && proof !== undefined && prover.isOutdated(proof) ? "nonce" : undefined;
}
