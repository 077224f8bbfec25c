import { LRUCache } from "lru-cache";
import { invalidOption } from "./errors.ts";
import type { HeldToken } from "./token-lifetime.ts";

/** How many tokens a process keeps. */
export interface TokenCacheOptions {
  /**
   * How many tokens are kept; the least recently used goes first. Default 1000. As many definitions of a resolver,
   * remembered failures, nonces and clocks of servers are kept, too.
   */
  readonly max?: number;
}

/** The cache would make an object for those that it is not given, on each call. */
const NO_OPTIONS = {};

/**
 * Tokens by cache key, in process. It keeps what it is given: whether a token may still be used is decided above.
 */
export class TokenCache {
  readonly #tokens: LRUCache<string, HeldToken>;

  /** @throws {TypeError} `ERR_INVALID_OPTION` when `max` is no whole number of at least 1 */
  constructor({ max = 1000 }: TokenCacheOptions = {}) {
    if (!Number.isInteger(max) || max < 1) {
      throw invalidOption("cache.max", "must be a whole number of at least 1");
    }
    this.#tokens = new LRUCache({ max });
  }

  get(key: string): HeldToken | undefined {
    return this.#tokens.get(key, NO_OPTIONS);
  }

  set(key: string, held: HeldToken): void {
    this.#tokens.set(key, held);
  }

  /** @returns what was deleted */
  delete(key: string): HeldToken | undefined {
    const held = this.#tokens.peek(key);
    this.#tokens.delete(key);
    return held;
  }

  /** @returns what was deleted, by key */
  deleteClient(clientName: string): readonly [key: string, held: HeldToken][] {
    const deleted = [...this.#tokens.entries()].filter(([, { token }]) => token.clientName === clientName);
    for (const [key] of deleted) this.#tokens.delete(key);
    return deleted;
  }
}
