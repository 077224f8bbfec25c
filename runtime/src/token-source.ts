import type { AccessToken } from "./access-token.ts";
import { TokenError } from "./errors.ts";
import { type RenewalReason, tokenCacheChannel } from "./events.ts";
import type { Flight } from "./flight.ts";
import type { SharedTokens, Verdict } from "./shared-tokens.ts";
import type { TokenCache } from "./token-cache.ts";
import type { TokenRequest } from "./token-client.ts";
import { type HeldToken, isFresh, planLifetime } from "./token-lifetime.ts";
import { HeldTokens } from "./token-source/held-tokens.ts";
import { type Renewal, Renewals } from "./token-source/renewals.ts";
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
  readonly #renewals: Renewals;
  readonly #background = new Set<Flight<AccessToken>>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#held = new HeldTokens(options);
    this.#renewals = new Renewals((renewal, signal) => this.#renew(renewal, signal));
  }

  /** Returns the cached token if it is fresh and no renewal is asked for: what almost every call comes to. */
  peek(request: TokenRequest): AccessToken | undefined {
    if (request.forceRenewal) return undefined;
    const held = this.#held.read(request.key);
    const now = this.#options.now();
    const hit = held !== undefined && isFresh(held, now);
    if (tokenCacheChannel.hasSubscribers) {
      const expiresAt = hit ? held.token.expiresAt : undefined;
      tokenCacheChannel.publish({ client: request.client.name, layer: "memory", hit, expiresAt });
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
    if (request.forceRenewal) return holdProcess(this.#renewals.force(request).flight.join(signal));
    const held = this.#held.read(request.key);
    const renewal =
      this.#renewals.find(request.key) ?? this.#renewals.start(request, held ? "expired" : "missing");
    try {
      return await holdProcess(renewal.flight.join(signal));
    } catch (error) {
      signal?.throwIfAborted();
      const current = this.#held.read(request.key)?.token;
      if (current !== undefined && this.#options.now() < current.expiresAt) return current;
      throw error;
    }
  }

  /**
   * Gives another token than one that an API rejected: the cached one if it is another, else a requested one.
   *
   * One that is not fresh any more, as another process may have put it where tokens are shared, serves if no other can
   * be had.
   */
  async replace(request: TokenRequest, rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    const renewal = this.#renewals.find(request.key);
    this.#held.discard(request.key, rejected);
    const other = this.findOther(request, rejected);
    if (other !== undefined) return other;
    const { flight } = renewal ?? this.#renewals.start(request, "rejected");
    try {
      return await holdProcess(flight.join(signal));
    } catch (error) {
      signal?.throwIfAborted();
      const current = this.#held.read(request.key)?.token;
      if (current !== undefined && this.#isUsable(request, current)) return current;
      throw error;
    }
  }

  /** Returns another token than one that an API rejected, if a fresh one is cached. */
  findOther({ key }: TokenRequest, rejected: AccessToken): AccessToken | undefined {
    const held = this.#held.read(key);
    if (held === undefined || held.token.value === rejected.value) return undefined;
    return isFresh(held, this.#options.now()) ? held.token : undefined;
  }

  /** Drops a rejected token, unless there is another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    this.#held.discard(request.key, rejected);
    this.#options.shared?.discard(request, rejected);
  }

  /** Makes the next call for this token ask; what is under way is delivered to those who wait, but not cached. */
  invalidate(request: TokenRequest): void {
    this.#held.drop(request.key);
    this.#renewals.detach(request.key);
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
    this.#renewals.detachClient(clientName);
  }

  /**
   * Takes over what another process did to a token that is cached: there is another, or none any more.
   *
   * Not another while this process renews it: it finds that by itself, and would take it for the one to be replaced.
   */
  follow(request: TokenRequest, token: AccessToken | undefined): void {
    const held = this.#held.read(request.key);
    if (held === undefined || held.token.value === token?.value) return;
    if (token === undefined) this.#held.drop(request.key);
    else if (this.#renewals.find(request.key) === undefined && this.#isUsable(request, token))
      this.#held.keep(request, token);
  }

  /** Gives up what nobody waits for, and waits for what is being shared. */
  close(): Promise<void> {
    const given = [...this.#background];
    this.#background.clear();
    for (const flight of given) flight.release();
    const ended = Promise.allSettled(given.map(({ outcome }) => outcome));
    return holdProcess(ended.then(() => this.#options.shared?.close()));
  }

  /** Renews in the background: the caller has what it needs, and no process is held open. */
  #renewEarly(request: TokenRequest, held: HeldToken): void {
    if (this.#renewals.find(request.key) !== undefined) return;
    held.renewableFrom = Number.POSITIVE_INFINITY;
    const { flight } = this.#renewals.start(request, "early");
    flight.retain();
    this.#background.add(flight);
    const end = () => this.#background.delete(flight);
    flight.outcome.then(end, (error: unknown) => {
      end();
      const pauseMs = error instanceof TokenError ? (error.retryAfterMs ?? 0) : 0;
      held.renewableFrom = this.#options.now() + Math.max(pauseMs, EARLY_RETRY_MS);
    });
  }

  /** Brings the token of a renewal, shared or requested, and keeps it, unless it was invalidated meanwhile. */
  async #renew(renewal: Renewal, signal: AbortSignal): Promise<AccessToken> {
    const { requestToken, shared } = this.#options;
    const { request, reason, isCurrent } = renewal;
    const ask = async () => {
      const token = await requestToken(request, signal, reason);
      if (isCurrent()) this.#held.keep(request, token);
      return token;
    };
    if (shared === undefined) return ask();
    const replaced = this.#held.read(request.key)?.token;
    const judge = (token: AccessToken) => this.#judge(renewal, token, replaced);
    return shared.obtain({ request, signal, ask, judge, isCurrent });
  }

  /** What is shared is taken if it is new here; what still serves is kept for the case that no other can be had. */
  #judge({ request, reason, isCurrent }: Renewal, token: AccessToken, replaced?: AccessToken): Verdict {
    if (reason === "forced" || !this.#isUsable(request, token)) return "refuse";
    if (token.value === replaced?.value) {
      // A server may give the same token until it ends; perhaps another process was given it since, then that will do.
      if (token.issuedAt <= replaced.issuedAt || !isCurrent()) return "keep";
      this.#held.keep(request, token);
      return "accept";
    }
    const held = this.#held.read(request.key);
    // Perhaps it was told of the token while it looked for it.
    const isHeld = held?.token.value === token.value;
    const planned = isHeld ? held : planLifetime(token, request.client.expiryMarginMs, undefined, 0);
    const verdict = isFresh(planned, this.#options.now()) ? "accept" : "keep";
    const isBetter = verdict === "accept" || held === undefined || held.token.expiresAt < token.expiresAt;
    if (isBetter && !isHeld && isCurrent()) this.#held.keep(request, token);
    return verdict;
  }

  #isUsable({ key }: TokenRequest, token: AccessToken): boolean {
    return this.#options.now() < token.expiresAt && !this.#held.isUnwanted(key, token);
  }
}
