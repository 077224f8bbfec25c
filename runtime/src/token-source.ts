import type { AccessToken } from "./access-token.ts";
import { type RenewalReason, tokenCacheChannel, tokenRenewalChannel } from "./events.ts";
import type { TokenCache } from "./token-cache.ts";
import type { TokenRequest } from "./token-client.ts";

export interface TokenSourceOptions {
  readonly cache: TokenCache;
  readonly requestToken: (request: TokenRequest, signal: AbortSignal) => Promise<AccessToken>;
  readonly now: () => number;
}

/** One request for a token that any number of callers wait for. */
interface Flight {
  readonly request: TokenRequest;
  readonly promise: Promise<AccessToken>;
  readonly controller: AbortController;
  waiting: number;
  settled: boolean;
  /** Asked for while this one was under way, by callers that need a token requested after they asked. */
  next: Flight | undefined;
}

/**
 * Gives out tokens: from the cache while they are fresh, else from one request per key that all callers share.
 *
 * Misses join any request under way; a rejected token is replaced by any request under way, since that began after
 * the token was issued; forced renewals that arrive during a request share the next one. A caller's abort rejects
 * that caller alone; when nobody waits any more, the request is aborted.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #flights = new Map<string, Flight>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /**
   * Returns a cached fresh token at once, without a promise; otherwise a promise of a requested one.
   *
   * Between its margin and its expiry the cached token still serves if its renewal fails. With `forceRenewal` a
   * token is requested whatever is cached; when that fails, the cached token stays.
   */
  get(request: TokenRequest, signal?: AbortSignal): AccessToken | Promise<AccessToken> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (request.forceRenewal) return this.#renew(request, signal);
    const cached = this.#options.cache.get(request.key);
    const hit = cached !== undefined && this.#isFresh(cached, request);
    if (tokenCacheChannel.hasSubscribers) {
      tokenCacheChannel.publish({ client: request.client.name, layer: "memory", hit });
    }
    if (hit) return cached;
    const flight = this.#flights.get(request.key) ?? this.#start(request, cached ? "expired" : "missing");
    return this.#join(flight, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      const kept = cached !== undefined && this.#options.cache.get(request.key) === cached;
      if (kept && this.#options.now() < cached.expiresAt) return cached;
      throw error;
    });
  }

  #renew(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    const current = this.#flights.get(request.key);
    if (current === undefined) return this.#join(this.#start(request, "forced"), signal);
    current.next ??= this.#create(request, "forced", current);
    return this.#join(current.next, signal);
  }

  /** Gives another token than one that an API rejected: the cached one if it is another, else a requested one. */
  async replace(request: TokenRequest, rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(request.key);
    this.discard(request, rejected);
    const cached = this.#options.cache.get(request.key);
    if (cached !== undefined && this.#isFresh(cached, request)) return cached;
    return this.#join(flight ?? this.#start(request, "rejected"), signal);
  }

  /** Drops a rejected token, unless the cache has another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    if (this.#options.cache.get(request.key)?.value === rejected.value)
      this.#options.cache.delete(request.key);
  }

  /** Makes the next call for this token ask; what is under way is delivered to those who wait, but not cached. */
  invalidate(request: TokenRequest): void {
    this.#options.cache.delete(request.key);
    this.#detach(request.key);
  }

  /** {@link invalidate} for every token of a client. */
  invalidateClient(clientName: string): void {
    this.#options.cache.deleteClient(clientName);
    for (const [key, flight] of this.#flights) {
      if (flight.request.client.name === clientName) this.#detach(key);
    }
  }

  /** Resolves once no request is under way. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) {
      await Promise.allSettled([...this.#flights.values()].map((flight) => flight.promise));
    }
  }

  #isFresh(token: AccessToken, { client }: TokenRequest): boolean {
    const marginMs = Math.min(client.expiryMarginMs, (token.expiresAt - token.issuedAt) / 5);
    return this.#options.now() < token.expiresAt - marginMs;
  }

  #start(request: TokenRequest, reason: RenewalReason): Flight {
    const flight = this.#create(request, reason);
    this.#flights.set(request.key, flight);
    return flight;
  }

  #create(request: TokenRequest, reason: RenewalReason, previous?: Flight): Flight {
    const controller = new AbortController();
    const flight: Flight = {
      request,
      controller,
      promise: this.#fly(request, reason, controller.signal, previous),
      waiting: 0,
      settled: false,
      next: undefined,
    };
    const land = () => {
      flight.settled = true;
      if (this.#flights.get(request.key) === flight) this.#detach(request.key);
    };
    // Also keeps a failure that nobody waits for any more from being an unhandled rejection.
    flight.promise.then((token) => {
      // Not when it was invalidated meanwhile, nor when it is for those only who wait for it (RFC 6749: expires_in 0).
      if (this.#flights.get(request.key) === flight && token.expiresAt > token.issuedAt) {
        this.#options.cache.set(request.key, token);
      }
      land();
    }, land);
    return flight;
  }

  async #fly(
    request: TokenRequest,
    reason: RenewalReason,
    signal: AbortSignal,
    previous?: Flight,
  ): Promise<AccessToken> {
    if (previous !== undefined) await previous.promise.catch(() => {}); // Its own callers hear of it.
    signal.throwIfAborted();
    if (tokenRenewalChannel.hasSubscribers) {
      tokenRenewalChannel.publish({ client: request.client.name, reason });
    }
    return this.#options.requestToken(request, signal);
  }

  /** Forgets the request under way; the one that waits for it to end, if any, takes its place. */
  #detach(key: string): void {
    const next = this.#flights.get(key)?.next;
    if (next === undefined) this.#flights.delete(key);
    else this.#flights.set(key, next);
  }

  async #join(flight: Flight, signal?: AbortSignal): Promise<AccessToken> {
    flight.waiting++;
    try {
      return await abortable(flight.promise, signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0 && !flight.settled) this.#abandon(flight);
    }
  }

  #abandon(flight: Flight): void {
    const current = this.#flights.get(flight.request.key);
    if (current === flight) this.#detach(flight.request.key);
    if (current?.next === flight) current.next = undefined;
    flight.controller.abort();
  }
}

/** Settles as the promise does, or rejects with the signal's reason; leaves no listener behind. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
