import { randomUUID } from "node:crypto";
import type { AccessToken } from "../access-token.ts";
import type { TokenRequest } from "../token-client.ts";
import type { BackgroundWork } from "./background-work.ts";
import { buildClientNotice, parseClientNotice } from "./client-notice.ts";
import type { KnownTokens } from "./known-tokens.ts";
import { RepeatableWork } from "./repeatable-work.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Told of what other processes do with tokens that this one has had. */
export interface SharedTokensListener {
  /** There is another token, or none any more. */
  onToken(request: TokenRequest, token: AccessToken | undefined): void;
  /** All tokens of the client were dropped. */
  onClientInvalidated(clientName: string): void;
}

export interface ChangeFollowerOptions {
  readonly store: SealedStore;
  readonly known: KnownTokens;
  readonly background: BackgroundWork;
  readonly listener: SharedTokensListener;
  /** Has those who wait for something to happen to the key look for themselves. */
  readonly wake: (key: string) => void;
}

/** Follows what other processes do with the tokens that this one has had, and tells them of clients that it invalidates. */
export class ChangeFollower {
  readonly #options: ChangeFollowerOptions;
  /** A thousand processes that put tokens there at the same time have this one look a few times, not a thousand. */
  readonly #following = new RepeatableWork();
  /** Tells the notices of this process, which it hears too, from those of others. */
  readonly #processId = randomUUID();
  #stopListening: (() => Promise<void>) | undefined;
  #isClosed = false;

  constructor(options: ChangeFollowerOptions) {
    this.#options = options;
  }

  /** Begins to listen, unless it does so already. */
  listen(): void {
    if (this.#isClosed) return;
    this.#stopListening ??= this.#options.store.listen((key) => this.#onChange(key));
  }

  /** Takes over what is in the store now. */
  follow(request: TokenRequest): Promise<void> {
    return this.#following.run(request.key, () => this.#followOnce(request));
  }

  /** Tells all processes that a client was invalidated: tokens of it that this one never had can't be told by their keys. */
  announceInvalidation(clientName: string): Promise<void> {
    return this.#options.store.announce(buildClientNotice(clientName, this.#processId));
  }

  /** Follows nothing any more. */
  async close(): Promise<void> {
    const stop = this.#stopListening;
    this.#stopListening = undefined;
    this.#isClosed = true;
    await stop?.();
  }

  /** Whoever waits for the key looks for itself; but its process may give out meanwhile what is there no more. */
  #onChange(key: string): void {
    if (this.#isClosed) return;
    const { known, background, wake } = this.#options;
    wake(key);
    const request = known.find(key)?.request;
    if (request !== undefined) background.start(() => this.follow(request));
    const notice = parseClientNotice(key);
    if (notice === undefined || notice.processId === this.#processId) return;
    const clientName = known.findClientName(notice.clientKey);
    if (clientName !== undefined) this.#onClientInvalidated(clientName);
  }

  async #followOnce(request: TokenRequest): Promise<void> {
    const { store, known, listener } = this.#options;
    const before = known.find(request.key);
    const { stored, isConclusive } = await store.read(request);
    if (!isConclusive) return;
    // What this process had meanwhile may be newer than what was read.
    if (known.find(request.key) !== before) return this.#followOnce(request);
    known.set(request, stored?.token);
    listener.onToken(request, stored?.token);
  }

  /** Whoever invalidated the client may not have known of all of its tokens. */
  #onClientInvalidated(clientName: string): void {
    const { store, known, background, listener } = this.#options;
    for (const { request, token } of known.listOf(clientName)) {
      if (token !== undefined) background.start(() => store.discard(request, token));
    }
    listener.onClientInvalidated(clientName);
  }
}
