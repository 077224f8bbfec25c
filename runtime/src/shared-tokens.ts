import type { AccessToken } from "./access-token.ts";
import { refuseUnknownOptions } from "./errors.ts";
import { BackgroundWork } from "./shared-tokens/background-work.ts";
import { ChangeFollower, type SharedTokensListener } from "./shared-tokens/change-follower.ts";
import { KnownTokens } from "./shared-tokens/known-tokens.ts";
import type { Need } from "./shared-tokens/need.ts";
import { planPause } from "./shared-tokens/pause.ts";
import { SealedStore, type Seen } from "./shared-tokens/sealed-store.ts";
import { createSealer, type StoreEncryption } from "./shared-tokens/sealing.ts";
import { StoreGuard } from "./shared-tokens/store-guard.ts";
import { type Found, TokenSearch } from "./shared-tokens/token-search.ts";
import type { Turn } from "./shared-tokens/turn.ts";
import { parseTimeoutMs } from "./timeout.ts";
import type { TokenRequest } from "./token-client.ts";
import { assertTokenStore, type TokenStore } from "./token-store.ts";

export type { Need, Verdict } from "./shared-tokens/need.ts";
export type { EncryptionKey, StoreEncryption } from "./shared-tokens/sealing.ts";

/** Where tokens are shared, and how. */
export interface TokenStoreOptions {
  /** Shares tokens with other processes: `createRedisStore()` of `@openapi-m2m/runtime/redis`, or one of your own. */
  readonly store?: TokenStore;
  /** What seals the tokens that are stored: keys, or `"none"` where nobody else can read or write the store. */
  readonly encryption?: StoreEncryption;
  /** How long a call waits for a store that does not answer; whole ms, at least 1; default 250. */
  readonly storeTimeoutMs?: number;
  /** How long it then waits for another process that asks; whole ms, at least 1; default the client's `requestTimeoutMs`. */
  readonly lockWaitMs?: number;
}

interface SharedTokensOptions {
  readonly store: SealedStore;
  readonly storeTimeoutMs: number;
  readonly lockWaitMs: number | undefined;
  readonly known: KnownTokens;
  /** Epoch ms. */
  readonly now: () => number;
  readonly listener: SharedTokensListener;
}

export interface SharedTokensSurroundings {
  /** How many requests are known by their keys; default 1000. */
  readonly max?: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  readonly listener: SharedTokensListener;
}

/**
 * Creates what shares tokens through a store. Connects to nothing yet.
 *
 * @returns undefined without a store
 * @throws {TypeError} `ERR_INVALID_OPTION` for options that break a rule; for a store without word on encryption
 */
export function createSharedTokens(
  { store, encryption, storeTimeoutMs = 250, lockWaitMs, ...unknown }: TokenStoreOptions,
  { max = 1000, now, listener }: SharedTokensSurroundings,
): SharedTokens | undefined {
  refuseUnknownOptions(unknown, "cache."); // A misspelt `store` would share nothing, and say so to nobody.
  if (store === undefined) return undefined;
  assertTokenStore(store, "cache.store");
  const timeoutMs = parseTimeoutMs(storeTimeoutMs, "cache.storeTimeoutMs");
  const sealer = createSealer(encryption);
  return new SharedTokens({
    store: new SealedStore({ store, sealer, guard: new StoreGuard(now), timeoutMs, now }),
    storeTimeoutMs: timeoutMs,
    lockWaitMs: lockWaitMs === undefined ? undefined : parseTimeoutMs(lockWaitMs, "cache.lockWaitMs"),
    known: new KnownTokens(max),
    now,
    listener,
  });
}

/**
 * Tokens that processes share through a store: of those who need one, one asks the authorization server, and the others
 * wait for what it gets.
 *
 * Where the store can't be used, or others take too long, a process does what it would do without them. What is written
 * to the store is written after the token was given out.
 */
export class SharedTokens {
  readonly #options: SharedTokensOptions;
  readonly #background = new BackgroundWork();
  readonly #search: TokenSearch;
  readonly #follower: ChangeFollower;

  constructor(options: SharedTokensOptions) {
    this.#options = options;
    const background = this.#background;
    this.#search = new TokenSearch({ ...options, background });
    const wake = this.#search.wake.bind(this.#search);
    this.#follower = new ChangeFollower({ ...options, background, wake });
  }

  /**
   * Gives the token that another process got or is getting, else asks for one and shares it.
   *
   * @throws {TokenError} when a renewal failed just now, in whichever process, and there is a token that still serves;
   *   or whatever asking throws
   */
  async obtain(need: Need): Promise<AccessToken> {
    this.#follower.listen();
    const found = await this.#search.find(need);
    const token = found.token ?? (await this.#ask(need, found));
    this.#options.known.set(need.request, token);
    return token;
  }

  /** Drops a token that was rejected, unless there is another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    this.#write(() => this.#options.store.discard(request, rejected));
  }

  /** Drops whatever token there is, in all processes; one that was asked for before is not shared. */
  invalidate(request: TokenRequest): void {
    this.#write(() => this.#options.store.drop(request));
  }

  /** {@link invalidate} for every token of a client that any process has had. */
  invalidateClient(clientName: string): void {
    for (const { request } of this.#options.known.listOf(clientName)) this.invalidate(request);
    this.#write(() => this.#follower.announceInvalidation(clientName));
  }

  /** Listens no more, and waits for what is being written: others may go on for ever. */
  async close(): Promise<void> {
    await this.#follower.close();
    await this.#background.end();
  }

  async #ask(need: Need, { seen, turn }: Found): Promise<AccessToken> {
    try {
      need.signal.throwIfAborted(); // Perhaps while it was looked for.
      const token = await need.ask();
      this.#write(() => this.#share(need, token, seen), turn);
      return token;
    } catch (error) {
      this.#write(() => this.#pause(need, error, seen), turn);
      throw error;
    }
  }

  async #share(need: Need, token: AccessToken, seen: Seen | undefined): Promise<void> {
    const { store } = this.#options;
    if (!need.isCurrent()) return;
    const current = seen ?? (await store.read(need.request));
    // What it did not see before it asked may be newer, or say that what was asked for is not wanted any more.
    const mayReplace = seen !== undefined || current.sealed === undefined;
    if (!mayReplace) return;
    const isShared = await store.replace(need.request, current, { token, failures: 0, pausedUntil: 0 });
    // Another process was faster, or dropped what was asked for.
    if (!isShared) await this.#follower.follow(need.request);
  }

  async #pause(need: Need, error: unknown, seen: Seen | undefined): Promise<void> {
    const { store, now } = this.#options;
    if (seen?.stored === undefined || need.judge(seen.stored.token) !== "keep") return;
    const paused = planPause(seen.stored, error, now());
    if (paused !== undefined) await store.replace(need.request, seen, paused);
  }

  /** In the background; then the turn ends, if there is one. */
  #write(work: () => Promise<void>, turn?: Turn): void {
    this.#background.start(() => work().finally(() => turn?.end()));
  }
}
