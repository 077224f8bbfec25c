import { LRUCache } from "lru-cache";
import type { AccessToken } from "../access-token.ts";
import type { TokenRequest } from "../token-client.ts";
import { buildClientKey } from "./client-notice.ts";

/** A request, and the last token that this process had for it. */
export interface KnownToken {
  readonly request: TokenRequest;
  readonly token: AccessToken | undefined;
}

/** What this process has asked the store for: others tell it only by its key what happened to it. */
export class KnownTokens {
  readonly #tokens: LRUCache<string, KnownToken>;
  readonly #clientNames: LRUCache<string, string>;

  /** @param max - how many are known; the least recently used go first */
  constructor(max: number) {
    this.#tokens = new LRUCache({ max });
    this.#clientNames = new LRUCache({ max });
  }

  set(request: TokenRequest, token: AccessToken | undefined): void {
    const { key, client } = request;
    this.#tokens.set(key, { request, token });
    this.#clientNames.set(buildClientKey(client.name), client.name);
  }

  find(key: string): KnownToken | undefined {
    return this.#tokens.get(key);
  }

  listOf(clientName: string): readonly KnownToken[] {
    return [...this.#tokens.values()].filter(({ request }) => request.client.name === clientName);
  }

  /** @param clientKey - what {@link buildClientKey} builds of its name */
  findClientName(clientKey: string): string | undefined {
    return this.#clientNames.get(clientKey);
  }
}
