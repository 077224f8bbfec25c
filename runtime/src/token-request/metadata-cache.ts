import type { Dispatcher } from "undici";
import { type Loaded, RefreshingCache, type RefreshingCacheOptions } from "../refreshing-cache.ts";
import { limitTime } from "../waiting.ts";
import { discover, type ServerMetadata } from "./discovery.ts";
import { createServerFetch, type ServerFetch } from "./server-answer.ts";

export interface MetadataRequest {
  readonly issuer: string;
  /** What one proxy or certification authority vouches for must not decide where secrets sent by others go. */
  readonly dispatcher: Dispatcher;
}

type MetadataLoader = RefreshingCacheOptions<ServerMetadata>["load"];

const MAX_ISSUERS = 1000;
const MAX_AGE_MS = 3_600_000;
/** After a renewal that failed: the old metadata serves on. */
const RETRY_MS = 60_000;

/**
 * Keeps the metadata of authorization servers, by dispatcher and issuer. What is older than an hour serves on while it
 * is renewed in the background: an endpoint that is elsewhere by now says so, and is forgotten.
 *
 * A failure is not kept: the pauses between token requests are those between discoveries.
 */
export class MetadataCache {
  readonly #now: () => number;
  readonly #renewalTimeoutMs: number;
  readonly #caches = new WeakMap<Dispatcher, RefreshingCache<ServerMetadata>>();

  /** @param renewalTimeoutMs - bounds a renewal in the background; default 10,000 */
  constructor(now: () => number, renewalTimeoutMs = 10_000) {
    this.#now = now;
    this.#renewalTimeoutMs = renewalTimeoutMs;
  }

  /** @throws {DiscoveryFailure} and whatever fetch throws, when there is none at all */
  find({ issuer, dispatcher }: MetadataRequest, signal: AbortSignal): Promise<ServerMetadata> {
    return this.#open(dispatcher).findStale(issuer, signal);
  }

  /** Drops metadata that proved wrong, unless there is newer. */
  forget({ issuer, dispatcher }: MetadataRequest, wrong: ServerMetadata): void {
    this.#open(dispatcher).delete(issuer, wrong);
  }

  #open(dispatcher: Dispatcher): RefreshingCache<ServerMetadata> {
    let cache = this.#caches.get(dispatcher);
    if (cache === undefined) {
      const fetch = createServerFetch(dispatcher);
      const load: MetadataLoader = (...given) => this.#load(fetch, ...given);
      cache = new RefreshingCache({ max: MAX_ISSUERS, now: this.#now, load });
      this.#caches.set(dispatcher, cache);
    }
    return cache;
  }

  async #load(
    fetch: ServerFetch,
    ...[issuer, signal, last]: Parameters<MetadataLoader>
  ): Promise<Loaded<ServerMetadata>> {
    const find = (signal: AbortSignal) => discover(issuer, { fetch, signal, now: this.#now });
    if (last === undefined) return { value: await find(signal), keepMs: MAX_AGE_MS };
    const timeoutMs = this.#renewalTimeoutMs; // Nobody waits for it: it has to end by itself.
    const buildReason = () => new Error("the renewal takes too long");
    try {
      return { value: await limitTime({ signal, timeoutMs, buildReason }, find), keepMs: MAX_AGE_MS };
    } catch {
      return { value: last, keepMs: RETRY_MS }; // Should the server be in trouble, token requests will tell.
    }
  }
}
