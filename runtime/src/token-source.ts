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
  readonly resolve: (token: AccessToken) => void;
  readonly reject: (reason: unknown) => void;
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

  /** Returns the cached token if it is fresh and no renewal is asked for: what almost every call comes to. */
  peek(request: TokenRequest): AccessToken | undefined {
    if (request.forceRenewal) return undefined;
    const cached = this.#options.cache.get(request.key);
    const hit = cached !== undefined && this.#isFresh(cached, request);
    if (tokenCacheChannel.hasSubscribers) {
      tokenCacheChannel.publish({ client: request.client.name, layer: "memory", hit });
    }
    return hit ? cached : undefined;
  }

  /** Returns what {@link peek} does, else a token that is requested. */
  async get(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    return this.peek(request) ?? this.obtain(request, signal);
  }

  /**
   * Requests a token, or joins those who wait for one.
   *
   * Between its margin and its expiry the cached token still serves if its renewal fails; a forced renewal that
   * fails is an error, and leaves the cached token alone.
   */
  async obtain(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    if (request.forceRenewal) return this.#join(this.#force(request), signal);
    const cached = this.#options.cache.get(request.key);
    const flight = this.#flights.get(request.key) ?? this.#start(request, cached ? "expired" : "missing");
    try {
      return await this.#join(flight, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const isKept = cached !== undefined && this.#options.cache.get(request.key) === cached;
      if (isKept && this.#options.now() < cached.expiresAt) return cached;
      throw error;
    }
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

  #isFresh(token: AccessToken, { client }: TokenRequest): boolean {
    const marginMs = Math.min(client.expiryMarginMs, (token.expiresAt - token.issuedAt) / 5);
    return this.#options.now() < token.expiresAt - marginMs;
  }

  #start(request: TokenRequest, reason: RenewalReason): Flight {
    const flight = this.#create(request);
    this.#flights.set(request.key, flight);
    this.#run(flight, reason);
    return flight;
  }

  /** A request that begins after this call: a new one, or the next, which all who want one meanwhile share. */
  #force(request: TokenRequest): Flight {
    const current = this.#flights.get(request.key);
    if (current === undefined) return this.#start(request, "forced");
    if (current.next === undefined) {
      const next = this.#create(request);
      current.next = next;
      const run = () => this.#run(next, "forced");
      current.promise.then(run, run); // Whether the current one fails is its own callers' business.
    }
    return current.next;
  }

  #create(request: TokenRequest): Flight {
    const { promise, resolve, reject } = Promise.withResolvers<AccessToken>();
    const flight: Flight = {
      request,
      promise,
      resolve,
      reject,
      controller: new AbortController(),
      waiting: 0,
      settled: false,
      next: undefined,
    };
    const land = () => {
      flight.settled = true;
      if (this.#flights.get(request.key) === flight) this.#detach(request.key);
    };
    // Before those who wait; and a failure that nobody waits for any more is no unhandled rejection.
    promise.then((token) => {
      // Not when it was invalidated meanwhile, nor when it has no life beyond those who wait for it.
      if (this.#flights.get(request.key) === flight && token.expiresAt > token.issuedAt) {
        this.#options.cache.set(request.key, token);
      }
      land();
    }, land);
    return flight;
  }

  /** Begins the request of a flight that is registered: whoever asks from now on, a subscriber too, joins it. */
  #run(flight: Flight, reason: RenewalReason): void {
    const { request, controller } = flight;
    if (controller.signal.aborted) {
      flight.reject(controller.signal.reason);
      return;
    }
    if (tokenRenewalChannel.hasSubscribers) {
      tokenRenewalChannel.publish({ client: request.client.name, reason });
    }
    this.#options.requestToken(request, controller.signal).then(flight.resolve, flight.reject);
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
