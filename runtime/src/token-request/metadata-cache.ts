import { LRUCache } from "lru-cache";
import type { Dispatcher } from "undici";
import { Flight } from "../flight.ts";
import { limitTime } from "../time-limit.ts";
import { discover, type ServerMetadata } from "./discovery.ts";
import { createServerFetch } from "./server-answer.ts";

export interface MetadataRequest {
  readonly issuer: string;
  /** What one proxy or certification authority vouches for must not decide where secrets sent by others go. */
  readonly dispatcher: Dispatcher;
}

interface Entry {
  metadata: ServerMetadata | undefined;
  flight: Flight<ServerMetadata> | undefined;
  /** When a discovery last ended, epoch ms, and for how long there need not be another. */
  endedAt: number;
  restMs: number;
}

const MAX_AGE_MS = 3_600_000;
/** After a renewal that failed: the old metadata serves on. */
const RETRY_MS = 60_000;
const MAX_ISSUERS = 1000;

/**
 * Keeps the metadata of authorization servers for an hour, by dispatcher and issuer.
 *
 * All who ask meanwhile share one discovery, and a signal ends the wait of its owner alone. A failure is not kept: the
 * pauses between token requests are those between discoveries.
 */
export class MetadataCache {
  readonly #now: () => number;
  readonly #caches = new WeakMap<Dispatcher, LRUCache<string, Entry>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Returns metadata of at most an hour ago; older only if it can't be had anew within `patienceMs`.
   *
   * @throws {DiscoveryFailure} and whatever fetch throws, when there is none at all
   */
  async find(
    request: MetadataRequest,
    { signal, patienceMs }: { readonly signal: AbortSignal; readonly patienceMs: number },
  ): Promise<ServerMetadata> {
    const entry = this.#open(request);
    const { metadata } = entry;
    if (metadata === undefined) return (entry.flight ?? this.#start(entry, request)).join(signal);
    // A clock that was set back makes nothing last longer.
    if (Math.abs(this.#now() - entry.endedAt) < entry.restMs) return metadata;
    const buildReason = () => new Error("the renewal takes too long");
    const renew = (limited: AbortSignal) => (entry.flight ?? this.#start(entry, request)).join(limited);
    try {
      return await limitTime({ signal, timeoutMs: patienceMs, buildReason }, renew);
    } catch {
      signal.throwIfAborted();
      Object.assign(entry, { endedAt: this.#now(), restMs: RETRY_MS });
      return metadata;
    }
  }

  /** Drops metadata that proved wrong, unless there is newer. */
  forget(request: MetadataRequest, wrong: ServerMetadata): void {
    const entry = this.#open(request);
    if (entry.metadata === wrong) entry.metadata = undefined;
  }

  #open({ dispatcher, issuer }: MetadataRequest): Entry {
    let cache = this.#caches.get(dispatcher);
    if (cache === undefined) {
      cache = new LRUCache({ max: MAX_ISSUERS });
      this.#caches.set(dispatcher, cache);
    }
    let entry = cache.get(issuer);
    if (entry === undefined) {
      entry = { metadata: undefined, flight: undefined, endedAt: 0, restMs: 0 };
      cache.set(issuer, entry);
    }
    return entry;
  }

  #start(entry: Entry, { issuer, dispatcher }: MetadataRequest): Flight<ServerMetadata> {
    const fetch = createServerFetch(dispatcher);
    const end = () => {
      if (entry.flight === flight) entry.flight = undefined;
    };
    const work = async (signal: AbortSignal) => {
      try {
        const metadata = await discover(issuer, { fetch, signal, now: this.#now });
        Object.assign(entry, { metadata, endedAt: this.#now(), restMs: MAX_AGE_MS });
        return metadata;
      } finally {
        end();
      }
    };
    const flight = new Flight(work, end);
    entry.flight = flight;
    return flight.start();
  }
}
