import { LRUCache } from "lru-cache";
import type { AccessToken } from "./access-token.ts";
import { chooseBackOffMs, LONGEST_BACK_OFF_MS } from "./back-off.ts";
import { TokenError } from "./errors.ts";
import { type RenewalReason, tokenRenewalChannel } from "./events.ts";
import { identifyRequest, type TokenRequest } from "./token-client.ts";

type RequestToken = (
  request: TokenRequest,
  signal: AbortSignal,
  reason: RenewalReason,
) => Promise<AccessToken>;

export interface TokenFailuresOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** How many failures are remembered of requests, and how many of servers; default 1000. */
  readonly max?: number | undefined;
}

/** A request, and what may stop it: failures that are remembered by these keys. */
interface Attempt {
  readonly client: string;
  readonly own: string;
  readonly server: string;
  /** Of the same server, the requests that would wait for it as long. */
  readonly patience: string;
  /** Epoch ms. */
  readonly requestedAt: number;
  /** Whether its failure is no longer to be remembered as its own. */
  isForgotten: boolean;
}

/**
 * Keeps a failing authorization server from being hammered: a request that failed is not made again for a second,
 * then two, and so on up to a minute, but fails at once with what is remembered. A longer `Retry-After` prevails.
 *
 * What is the server's trouble, no connection or a 5xx, stops all requests to it; a timeout those that would wait as
 * long, since who waits for a moment only has itself to blame; anything else only those for the same token. Any token
 * ends it.
 */
export class TokenFailures {
  readonly #requestToken: RequestToken;
  readonly #now: () => number;
  readonly #own: FailureMap;
  /** Apart, lest clients that fail by themselves have them forgotten. */
  readonly #servers: FailureMap;
  readonly #underWay = new Set<Attempt>();

  constructor(requestToken: RequestToken, { now, max = 1000 }: TokenFailuresOptions) {
    this.#requestToken = requestToken;
    this.#now = now;
    this.#own = new FailureMap(max);
    this.#servers = new FailureMap(max);
  }

  /**
   * Requests a token, unless a failure stops it. A renewal is published once it is really requested.
   *
   * @throws {TokenError} what is remembered, of another client's failure no more than code and status; or whatever the
   *   request rejects with
   */
  async request(request: TokenRequest, signal: AbortSignal, reason: RenewalReason): Promise<AccessToken> {
    const attempt = planAttempt(request, this.#now());
    this.#assertNotFailing(attempt);
    if (tokenRenewalChannel.hasSubscribers) tokenRenewalChannel.publish({ client: attempt.client, reason });
    this.#underWay.add(attempt);
    try {
      const token = await this.#requestToken(request, signal, reason);
      this.#own.delete(attempt.own);
      this.#servers.delete(attempt.server);
      this.#servers.delete(attempt.patience);
      return token;
    } catch (error) {
      if (error instanceof TokenError) this.#remember(attempt, error);
      throw error;
    } finally {
      this.#underWay.delete(attempt);
    }
  }

  /** Lets the next request for the same token be made, unless the server is in trouble. */
  forget(request: TokenRequest): void {
    const own = identifyRequest(request);
    this.#own.delete(own);
    for (const attempt of this.#underWay) attempt.isForgotten ||= attempt.own === own;
  }

  /** {@link forget} for every token of a client. */
  forgetClient(client: string): void {
    this.#own.deleteClient(client);
    for (const attempt of this.#underWay) attempt.isForgotten ||= attempt.client === client;
  }

  #assertNotFailing({ client, own, server, patience, requestedAt: now }: Attempt): void {
    const failing = [
      this.#own.find(own, now),
      this.#servers.find(server, now),
      this.#servers.find(patience, now),
    ]
      .filter((failure) => failure !== undefined)
      .toSorted((one, other) => other.until - one.until);
    if (failing[0] !== undefined) throw buildRemembered(client, failing[0], now);
  }

  #remember(attempt: Attempt, error: TokenError): void {
    const now = this.#now();
    if (!attempt.isForgotten) this.#own.add(attempt.own, attempt, error, now);
    const shared = findShared(error);
    if (shared !== undefined) this.#servers.add(attempt[shared], attempt, error, now);
  }
}

interface Failure {
  /** Whose request it was. */
  readonly client: string;
  readonly error: TokenError;
  /** Epoch ms. */
  readonly failedAt: number;
  /** Epoch ms: nobody is asked before. */
  readonly until: number;
  /** How many there were in a row, this one among them. */
  readonly count: number;
}

/** Failures by what they stop; the least recently used go first. */
class FailureMap {
  readonly #failures: LRUCache<string, Failure>;

  constructor(max: number) {
    this.#failures = new LRUCache({ max });
  }

  /** What stops a request now. */
  find(key: string, now: number): Failure | undefined {
    const failure = this.#read(key, now);
    return failure !== undefined && now < failure.until ? failure : undefined;
  }

  add(key: string, { client, requestedAt }: Attempt, error: TokenError, now: number): void {
    const last = this.#read(key, now);
    const count = countFailures(last, requestedAt, now);
    const until = now + Math.max(chooseBackOffMs(count), error.retryAfterMs ?? 0);
    const failure = { client, error, failedAt: now, until: Math.max(until, last?.until ?? until), count };
    this.#failures.set(key, failure);
  }

  delete(key: string): void {
    this.#failures.delete(key);
  }

  deleteClient(name: string): void {
    for (const [key, { client }] of this.#failures.entries()) {
      if (client === name) this.#failures.delete(key);
    }
  }

  /** One of the future is none: the clock was ahead then, and the pause would last until it is there again. */
  #read(key: string, now: number): Failure | undefined {
    const failure = this.#failures.get(key);
    return failure !== undefined && failure.failedAt <= now ? failure : undefined;
  }
}

function countFailures(last: Failure | undefined, requestedAt: number, now: number): number {
  // One that is long over says nothing of now.
  if (last === undefined || now - last.until >= LONGEST_BACK_OFF_MS) return 1;
  // Requests that were under way together, of many tenants perhaps, fail once.
  return requestedAt < last.until ? last.count : last.count + 1;
}

/**
 * Says by what the failures are remembered that may stop a request: those for the same token with the same credential,
 * and those of all that reach the same server in the same way. A client's own proxy or certificate is its own trouble,
 * not that of other tenants.
 */
function planAttempt(request: TokenRequest, requestedAt: number): Attempt {
  const { name, tokenEndpoint, issuer, dispatcher, tls, requestTimeoutMs } = request.client;
  const way = dispatcher === undefined && tls === undefined ? [] : [name];
  const server = [tokenEndpoint ?? issuer, ...way].join(" ");
  const patience = `${requestTimeoutMs} ms for ${server}`;
  return { client: name, own: identifyRequest(request), server, patience, requestedAt, isForgotten: false };
}

/** What a failure stops besides requests for the same token. */
function findShared({ code, status, cause }: TokenError): "server" | "patience" | undefined {
  if (code === "ERR_TOKEN_ENDPOINT_UNREACHABLE") return "server";
  // Too many requests are those of one client, not of all.
  if (code === "ERR_TOKEN_ENDPOINT_FAILED") return status === 429 ? undefined : "server";
  if (code !== "ERR_TOKEN_ENDPOINT_TIMEOUT") return undefined;
  // Where there was an answer, or none, before, it says more than that another attempt had too little time.
  return cause instanceof TokenError ? findShared(cause) : "patience";
}

/** What one client was told is not for another: it may name the first, or what that asked for. */
function buildRemembered(client: string, failure: Failure, now: number): TokenError {
  const { code, status, error, errorDescription } = failure.error;
  const retryAfterMs = failure.until - now;
  const pause = `not asked again for another ${Math.ceil(retryAfterMs / 1000)} s`;
  if (failure.client !== client) {
    const message = `${pause}: the authorization server failed other clients`;
    return new TokenError(code, message, { client, status, retryAfterMs });
  }
  const fields = { client, status, error, errorDescription, retryAfterMs, cause: failure.error };
  return new TokenError(code, `${pause}; the failure before is the cause`, fields);
}
