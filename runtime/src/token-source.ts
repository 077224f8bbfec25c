import type { AccessToken } from "./access-token.ts";
import { describeCause, TokenError } from "./errors.ts";
import {
  type RenewalReason,
  type StoreFailureEvent,
  storeFailureChannel,
  tokenCacheChannel,
} from "./events.ts";
import { Flight } from "./flight.ts";
import type { TokenCache } from "./token-cache.ts";
import type { TokenRequest } from "./token-client.ts";
import { type HeldToken, isFresh, planLifetime } from "./token-lifetime.ts";
import { holdProcess } from "./waiting.ts";

export interface TokenSourceOptions {
  readonly cache: TokenCache;
  readonly requestToken: (
    request: TokenRequest,
    signal: AbortSignal,
    reason: RenewalReason,
  ) => Promise<AccessToken>;
  readonly now: () => number;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: () => number;
}

/** A token being requested. */
interface Renewal {
  readonly request: TokenRequest;
  readonly flight: Flight<AccessToken>;
  /** Asked for while this one was under way, by callers that need a token requested after they asked. */
  next: Renewal | undefined;
}

/** How soon a background renewal that failed is tried again, at the least. */
const EARLY_RETRY_MS = 1000;

/**
 * Gives out tokens: from the cache while they are fresh, else from one request per key that all callers share.
 *
 * Misses join any request under way; a rejected token is replaced by any request under way, since that began after
 * the token was issued; forced renewals that arrive during a request share the next one. Before a token is due, a
 * call that is given it has it renewed in the background. A cache that fails costs a request, never a call.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #renewals = new Map<string, Renewal>();
  readonly #background = new Set<Flight<AccessToken>>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** Returns the cached token if it is fresh and no renewal is asked for: what almost every call comes to. */
  peek(request: TokenRequest): AccessToken | undefined {
    if (request.forceRenewal) return undefined;
    const held = this.#read(request.key);
    const now = this.#options.now();
    const hit = held !== undefined && isFresh(held, now);
    if (tokenCacheChannel.hasSubscribers) {
      tokenCacheChannel.publish({ client: request.client.name, layer: "memory", hit });
    }
    if (!hit) return undefined;
    if (now >= held.renewableFrom) this.#renewEarly(request, held);
    return held.token;
  }

  /** Returns what {@link peek} does, else a token that is requested. */
  get(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const cached = this.peek(request);
    return cached === undefined ? this.obtain(request, signal) : Promise.resolve(cached);
  }

  /**
   * Requests a token, or joins those who wait for one.
   *
   * Between its margin and its expiry the cached token still serves if its renewal fails; a forced renewal that
   * fails is an error, and leaves the cached token alone.
   */
  async obtain(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    if (request.forceRenewal) return holdProcess(this.#force(request).flight.join(signal));
    const held = this.#read(request.key);
    const renewal = this.#renewals.get(request.key) ?? this.#start(request, held ? "expired" : "missing");
    try {
      return await holdProcess(renewal.flight.join(signal));
    } catch (error) {
      signal?.throwIfAborted();
      const isKept = held !== undefined && this.#read(request.key)?.token === held.token;
      if (isKept && this.#options.now() < held.token.expiresAt) return held.token;
      throw error;
    }
  }

  /** Gives another token than one that an API rejected: the cached one if it is another, else a requested one. */
  async replace(request: TokenRequest, rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    const renewal = this.#renewals.get(request.key);
    this.discard(request, rejected);
    const other = this.findOther(request, rejected);
    if (other !== undefined) return other;
    const { flight } = renewal ?? this.#start(request, "rejected");
    return holdProcess(flight.join(signal));
  }

  /** Returns another token than one that an API rejected, if a fresh one is cached. */
  findOther({ key }: TokenRequest, rejected: AccessToken): AccessToken | undefined {
    const held = this.#read(key);
    if (held === undefined || held.token.value === rejected.value) return undefined;
    return isFresh(held, this.#options.now()) ? held.token : undefined;
  }

  /** Drops a rejected token, unless the cache has another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    if (this.#read(request.key)?.token.value === rejected.value) this.#delete(request.key);
  }

  /** Makes the next call for this token ask; what is under way is delivered to those who wait, but not cached. */
  invalidate(request: TokenRequest): void {
    this.#delete(request.key);
    this.#detach(request.key);
  }

  /** {@link invalidate} for every token of a client. */
  invalidateClient(clientName: string): void {
    this.#tolerate("delete", () => this.#options.cache.deleteClient(clientName));
    for (const [key, { request }] of this.#renewals) {
      if (request.client.name === clientName) this.#detach(key);
    }
  }

  /** Gives up what nobody waits for. */
  close(): void {
    for (const flight of this.#background) flight.release();
    this.#background.clear();
  }

  #start(request: TokenRequest, reason: RenewalReason): Renewal {
    const renewal = this.#create(request, reason);
    this.#renewals.set(request.key, renewal);
    renewal.flight.start();
    return renewal;
  }

  /** A request that begins after this call: a new one, or the next, which all who want one meanwhile share. */
  #force(request: TokenRequest): Renewal {
    const current = this.#renewals.get(request.key);
    if (current === undefined) return this.#start(request, "forced");
    if (current.next === undefined) {
      const next = this.#create(request, "forced");
      current.next = next;
      const start = () => next.flight.start();
      current.flight.outcome.then(start, start); // Whether the current one fails is its own callers' business.
    }
    return current.next;
  }

  /** Renews in the background: the caller has what it needs, and no process is held open. */
  #renewEarly(request: TokenRequest, held: HeldToken): void {
    if (this.#renewals.has(request.key)) return;
    held.renewableFrom = Number.POSITIVE_INFINITY;
    const { flight } = this.#start(request, "early");
    flight.retain();
    this.#background.add(flight);
    const end = () => this.#background.delete(flight);
    flight.outcome.then(end, (error: unknown) => {
      end();
      const pauseMs = error instanceof TokenError ? (error.retryAfterMs ?? 0) : 0;
      held.renewableFrom = this.#options.now() + Math.max(pauseMs, EARLY_RETRY_MS);
    });
  }

  #create(request: TokenRequest, reason: RenewalReason): Renewal {
    const { key } = request;
    const isCurrent = () => this.#renewals.get(key) === renewal;
    // Registered before it starts: whoever asks from then on, a subscriber too, joins it.
    const work = async (signal: AbortSignal) => {
      try {
        const token = await this.#options.requestToken(request, signal, reason);
        // Not when it was invalidated meanwhile.
        if (isCurrent()) this.#keep(request, token);
        return token;
      } finally {
        if (isCurrent()) this.#detach(key);
      }
    };
    const renewal: Renewal = {
      request,
      flight: new Flight(work, () => this.#forget(renewal)),
      next: undefined,
    };
    return renewal;
  }

  /** Forgets the request under way; the one that waits for it to end, if any, takes its place. */
  #detach(key: string): void {
    const next = this.#renewals.get(key)?.next;
    if (next === undefined) this.#renewals.delete(key);
    else this.#renewals.set(key, next);
  }

  /** Nobody waits for it any more. */
  #forget(renewal: Renewal): void {
    const { key } = renewal.request;
    const current = this.#renewals.get(key);
    if (current === renewal) this.#detach(key);
    else if (current?.next === renewal) current.next = undefined;
  }

  #keep({ key, client }: TokenRequest, token: AccessToken): void {
    if (token.expiresAt <= token.issuedAt) return; // It has no life beyond those who wait for it.
    const { random = Math.random } = this.#options;
    const held = planLifetime(token, client.expiryMarginMs, this.#read(key), random());
    this.#tolerate("set", () => this.#options.cache.set(key, held));
  }

  #read(key: string): HeldToken | undefined {
    try {
      return this.#options.cache.get(key);
    } catch (error) {
      publishFailure("get", error);
      return undefined;
    }
  }

  #delete(key: string): void {
    this.#tolerate("delete", () => this.#options.cache.delete(key));
  }

  #tolerate(operation: StoreFailureEvent["operation"], run: () => void): void {
    try {
      run();
    } catch (error) {
      publishFailure(operation, error);
    }
  }
}

function publishFailure(operation: StoreFailureEvent["operation"], error: unknown): void {
  if (!storeFailureChannel.hasSubscribers) return;
  storeFailureChannel.publish({ operation, code: describeCause(error) });
}
