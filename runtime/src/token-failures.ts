import { LRUCache } from "lru-cache";
import type { AccessToken } from "./access-token.ts";
import { chooseBackOffMs, LONGEST_BACK_OFF_MS } from "./back-off.ts";
import { TokenError } from "./errors.ts";
import { type RenewalReason, tokenRenewalChannel } from "./events.ts";
import { identifyRequest, type TokenRequest } from "./token-client.ts";

interface Failure {
  readonly error: TokenError;
  /** Epoch ms: nobody is asked before. */
  readonly until: number;
  /** How many there were in a row, this one among them. */
  readonly count: number;
}

type RequestToken = (request: TokenRequest, signal: AbortSignal) => Promise<AccessToken>;

/** What a {@link TokenSource} requests tokens by: it knows why. */
type RenewToken = (request: TokenRequest, signal: AbortSignal, reason: RenewalReason) => Promise<AccessToken>;

/**
 * Keeps a failing authorization server from being hammered: a request that failed is not made again for a second,
 * then two, and so on up to a minute, but fails at once with what is remembered. A longer `Retry-After` prevails.
 *
 * What may be the server's trouble, no answer or a 5xx, stops all requests to it; anything else only those for the
 * same token. Any token ends it. A renewal is published once it is really requested.
 */
export function rememberFailures(requestToken: RequestToken, options: { now: () => number }): RenewToken {
  const failures = new LRUCache<string, Failure>({ max: 1000 });

  function assertNotFailing(request: TokenRequest): void {
    const now = options.now();
    const failing = keysOf(request).map((key) => failures.get(key));
    for (const failure of failing) {
      if (failure !== undefined && now < failure.until) throw buildRemembered(request, failure, now);
    }
  }

  function remember(request: TokenRequest, error: TokenError, requestedAt: number): void {
    const now = options.now();
    const [own, server] = keysOf(request);
    for (const key of isServerTrouble(error) ? [own, server] : [own]) {
      const last = failures.get(key);
      const count = countFailures(last, requestedAt, now);
      const until = now + Math.max(chooseBackOffMs(count), error.retryAfterMs ?? 0);
      failures.set(key, { error, until: Math.max(until, last?.until ?? 0), count });
    }
  }

  return async (request, signal, reason) => {
    assertNotFailing(request);
    if (tokenRenewalChannel.hasSubscribers) {
      tokenRenewalChannel.publish({ client: request.client.name, reason });
    }
    const requestedAt = options.now();
    try {
      const token = await requestToken(request, signal);
      for (const key of keysOf(request)) failures.delete(key);
      return token;
    } catch (error) {
      if (error instanceof TokenError) remember(request, error, requestedAt);
      throw error;
    }
  };
}

function countFailures(last: Failure | undefined, requestedAt: number, now: number): number {
  // One that is long over says nothing of now.
  if (last === undefined || now - last.until >= LONGEST_BACK_OFF_MS) return 1;
  // Requests that were under way together, of many tenants perhaps, fail once.
  return requestedAt < last.until ? last.count : last.count + 1;
}

/**
 * What a failure may stop: requests for the same token with the same credential, and all that reach the same server
 * in the same way. A client's own proxy or certificate is its own trouble, not that of other tenants.
 */
function keysOf(request: TokenRequest): readonly [own: string, server: string] {
  const { name, tokenEndpoint, issuer, dispatcher, tls } = request.client;
  const way = dispatcher === undefined && tls === undefined ? [] : [name];
  return [identifyRequest(request), `server ${[tokenEndpoint ?? issuer, ...way].join(" ")}`];
}

function isServerTrouble({ code, status }: TokenError): boolean {
  if (code === "ERR_TOKEN_ENDPOINT_FAILED") return status !== 429; // Too many requests of one client, not of all.
  return code === "ERR_TOKEN_ENDPOINT_UNREACHABLE" || code === "ERR_TOKEN_ENDPOINT_TIMEOUT";
}

function buildRemembered({ client }: TokenRequest, { error, until }: Failure, now: number): TokenError {
  const { code, status, error: said, errorDescription } = error;
  const retryAfterMs = until - now;
  const message = `not asked again for another ${Math.ceil(retryAfterMs / 1000)} s; the failure before is the cause`;
  const fields = { client: client.name, status, error: said, errorDescription, retryAfterMs, cause: error };
  return new TokenError(code, message, fields);
}
