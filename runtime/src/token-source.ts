import type { AccessToken } from "./access-token.ts";
import { TokenError } from "./errors.ts";
import { type RenewalReason, tokenCacheChannel } from "./events.ts";
import { Flight } from "./flight.ts";
import type { SharedTokens, Verdict } from "./shared-tokens.ts";
import type { TokenCache } from "./token-cache.ts";
import type { TokenRequest } from "./token-client.ts";
import { type HeldToken, isFresh, planLifetime } from "./token-lifetime.ts";
import { HeldTokens } from "./token-source/held-tokens.ts";
import { holdProcess } from "./waiting.ts";

export interface TokenSourceOptions {
  readonly cache: TokenCache;
  /** Where tokens are looked for that are not in the cache, before they are requested. */
  readonly shared?: SharedTokens | undefined;
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
  readonly reason: RenewalReason;
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
  readonly #held: HeldTokens;
  readonly #renewals = new Map<string, Renewal>();
  readonly #background = new Set<Flight<AccessToken>>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#held = new HeldTokens(options);
  }

  /** Returns the cached token if it is fresh and no renewal is asked for: what almost every call comes to. */
  peek(request: TokenRequest): AccessToken | undefined {
    if (request.forceRenewal) return undefined;
    const held = this.#held.read(request.key);
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
    const held = this.#held.read(request.key);
    const renewal = this.#renewals.get(request.key) ?? this.#start(request, held ? "expired" : "missing");
    try {
      return await holdProcess(renewal.flight.join(signal));
    } catch (error) {
      signal?.throwIfAborted();
      const current = this.#held.read(request.key)?.token;
      if (current !== undefined && this.#options.now() < current.expiresAt) return current;
      throw error;
    }
  }

  /** Gives another token than one that an API rejected: the cached one if it is another, else a requested one. */
  async replace(request: TokenRequest, rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    const renewal = this.#renewals.get(request.key);
    this.#held.reject(request.key, rejected);
    const other = this.findOther(request, rejected);
    if (other !== undefined) return other;
    const { flight } = renewal ?? this.#start(request, "rejected");
    return holdProcess(flight.join(signal));
  }

  /** Returns another token than one that an API rejected, if a fresh one is cached. */
  findOther({ key }: TokenRequest, rejected: AccessToken): AccessToken | undefined {
    const held = this.#held.read(key);
    if (held === undefined || held.token.value === rejected.value) return undefined;
    return isFresh(held, this.#options.now()) ? held.token : undefined;
  }

  /** Drops a rejected token, unless there is another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    this.#held.reject(request.key, rejected);
    this.#options.shared?.discard(request, rejected);
  }

  /** Makes the next call for this token ask; what is under way is delivered to those who wait, but not cached. */
  invalidate(request: TokenRequest): void {
    this.#drop(request.key);
    this.#options.shared?.invalidate(request);
  }

  /** {@link invalidate} for every token of a client. */
  invalidateClient(clientName: string): void {
    this.dropClient(clientName);
    this.#options.shared?.invalidateClient(clientName);
  }

  /** {@link invalidateClient}, in this process alone. */
  dropClient(clientName: string): void {
    this.#held.dropClient(clientName);
    for (const [key, { request }] of this.#renewals) {
      if (request.client.name === clientName) this.#detach(key);
    }
  }

  /** Takes over what another process did to a token that is cached: there is another, or none any more. */
  follow(request: TokenRequest, token: AccessToken | undefined): void {
    const held = this.#held.read(request.key);
    if (held === undefined || held.token.value === token?.value) return;
    if (token === undefined) this.#drop(request.key);
    else if (this.#isUsable(request, token)) this.#held.keep(request, token);
  }

  /** Gives up what nobody waits for. */
  async close(): Promise<void> {
    for (const flight of this.#background) flight.release();
    this.#background.clear();
    await this.#options.shared?.close();
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
        const token = await this.#have(renewal, signal, isCurrent);
        // Not when it was invalidated meanwhile.
        if (isCurrent()) this.#held.keep(request, token);
        return token;
      } finally {
        if (isCurrent()) this.#detach(key);
      }
    };
    const renewal: Renewal = {
      request,
      reason,
      flight: new Flight(work, () => this.#forget(renewal)),
      next: undefined,
    };
    return renewal;
  }

  /** Requests a token, unless another process has one. */
  #have(renewal: Renewal, signal: AbortSignal, isCurrent: () => boolean): Promise<AccessToken> {
    const { requestToken, shared } = this.#options;
    const { request, reason } = renewal;
    const ask = () => requestToken(request, signal, reason);
    const judge = (token: AccessToken) => this.#judge(renewal, token);
    return shared === undefined ? ask() : shared.obtain({ request, signal, ask, judge, isCurrent });
  }

  /** What is shared is taken if it is new here; what still serves is kept for the case that no other can be had. */
  #judge({ request, reason }: Renewal, token: AccessToken): Verdict {
    if (reason === "forced" || !this.#isUsable(request, token)) return "refuse";
    const held = this.#held.read(request.key);
    if (held?.token.value === token.value) return "keep";
    const { now } = this.#options;
    if (isFresh(planLifetime(token, request.client.expiryMarginMs, held, 0), now())) return "accept";
    if (held === undefined) this.#held.keep(request, token);
    return "keep";
  }

  #isUsable({ key }: TokenRequest, token: AccessToken): boolean {
    return this.#options.now() < token.expiresAt && !this.#held.isUnwanted(key, token);
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

  /** Drops whatever is cached, and does not cache what is under way. */
  #drop(key: string): void {
    this.#held.drop(key);
    this.#detach(key);
  }
}
