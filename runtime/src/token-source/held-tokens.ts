import { LRUCache } from "lru-cache";
import type { AccessToken } from "../access-token.ts";
import { publishStoreFailure, type StoreFailureEvent } from "../events.ts";
import type { TokenCache } from "../token-cache.ts";
import type { TokenRequest } from "../token-client.ts";
import { type HeldToken, planLifetime } from "../token-lifetime.ts";

export interface HeldTokensOptions {
  readonly cache: TokenCache;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: () => number;
}

/** How many tokens that were dropped are remembered, lest one comes back from where tokens are shared. */
const MAX_UNWANTED = 1000;

/** The tokens that this process has, in a cache that may fail: that costs a request, never a call. */
export class HeldTokens {
  readonly #cache: TokenCache;
  readonly #random: () => number;
  /** By key, the value of the last one that was dropped. */
  readonly #unwanted = new LRUCache<string, string>({ max: MAX_UNWANTED });

  constructor({ cache, random = Math.random }: HeldTokensOptions) {
    this.#cache = cache;
    this.#random = random;
  }

  read(key: string): HeldToken | undefined {
    try {
      return this.#cache.get(key);
    } catch (error) {
      publishStoreFailure("get", error);
      return undefined;
    }
  }

  /** Keeps a token, unless it has no life beyond those who wait for it. */
  keep({ key, client }: TokenRequest, token: AccessToken): void {
    if (token.expiresAt <= token.issuedAt) return;
    const held = planLifetime(token, client.expiryMarginMs, this.read(key), this.#random());
    tolerate("set", () => this.#cache.set(key, held));
  }

  /** Drops a rejected token, unless there is another by now. */
  discard(key: string, rejected: AccessToken): void {
    this.#unwanted.set(key, rejected.value);
    if (this.read(key)?.token.value === rejected.value) this.drop(key);
  }

  drop(key: string): void {
    tolerate("delete", () => {
      const token = this.#cache.delete(key)?.token;
      if (token !== undefined) this.#unwanted.set(key, token.value);
    });
  }

  dropClient(clientName: string): void {
    tolerate("delete", () => {
      const dropped = this.#cache.deleteClient(clientName);
      for (const [key, { token }] of dropped) this.#unwanted.set(key, token.value);
    });
  }

  /** Whether a token was dropped, so that it is not to be taken from elsewhere. */
  isUnwanted(key: string, token: AccessToken): boolean {
    return this.#unwanted.get(key) === token.value;
  }
}

function tolerate(operation: StoreFailureEvent["operation"], run: () => void): void {
  try {
    run();
  } catch (error) {
    publishStoreFailure(operation, error);
  }
}
