import type { AccessToken } from "./access-token.ts";
import { invalidOption } from "./errors.ts";
import { Changes } from "./shared-tokens/changes.ts";
import { buildClientKey, KnownTokens } from "./shared-tokens/known-tokens.ts";
import { chooseSeen, type Need } from "./shared-tokens/need.ts";
import { planPause } from "./shared-tokens/pause.ts";
import { SealedStore, type Seen } from "./shared-tokens/sealed-store.ts";
import { createSealer, type StoreEncryption } from "./shared-tokens/sealing.ts";
import { StoreGuard, StoreUnavailableError, tolerate } from "./shared-tokens/store-guard.ts";
import { Turn } from "./shared-tokens/turn.ts";
import { parseTimeoutMs } from "./timeout.ts";
import type { TokenRequest } from "./token-client.ts";
import type { TokenStore } from "./token-store.ts";

export type { Need, Verdict } from "./shared-tokens/need.ts";
export type { EncryptionKey, StoreEncryption } from "./shared-tokens/sealing.ts";

/** Where tokens are shared, and how. */
export interface TokenStoreOptions {
  /** Shares tokens with other processes: `createRedisStore()` of `@openapi-m2m/runtime/redis`, or one of your own. */
  readonly store?: TokenStore;
  /** What seals the tokens that are stored: keys, or `"none"` where nobody else can read or write the store. */
  readonly encryption?: StoreEncryption;
  /** How long a call waits for a store that does not answer; default 250. */
  readonly storeTimeoutMs?: number;
  /** How long it waits for another process that is getting the token; default the client's `requestTimeoutMs`. */
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

/** Told of what other processes do with tokens that this one has had. */
export interface SharedTokensListener {
  /** There is another token, or none any more. */
  onToken(request: TokenRequest, token: AccessToken | undefined): void;
  /** All tokens of the client were dropped. */
  onClientInvalidated(clientName: string): void;
}

/** Undefined when the store could not be read, and when it is not this process's turn to ask. */
interface Found {
  readonly token?: AccessToken | undefined;
  readonly seen?: Seen | undefined;
  readonly turn?: Turn | undefined;
}

/** The first pause between two looks at what another process got, and the longest. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

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
  { store, encryption, storeTimeoutMs = 250, lockWaitMs }: TokenStoreOptions,
  { max = 1000, now, listener }: SharedTokensSurroundings,
): SharedTokens | undefined {
  if (store === undefined) return undefined;
  for (const method of ["get", "set", "delete"] as const) {
    if (typeof store?.[method] !== "function")
      throw invalidOption("cache.store", `must have a method ${method}`);
  }
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
  readonly #changes = new Changes();
  readonly #writes = new Set<Promise<void>>();
  #stopListening: (() => unknown) | undefined;

  constructor(options: SharedTokensOptions) {
    this.#options = options;
  }

  /**
   * Gives the token that another process got or is getting, else asks for one and shares it.
   *
   * @throws {TokenError} when a renewal failed just now, in whichever process, and there is a token that still serves;
   *   or whatever asking throws
   */
  async obtain(need: Need): Promise<AccessToken> {
    const { store, known } = this.#options;
    this.#stopListening ??= store.listen((key) => this.#heed(key));
    const { token: other, ...found } = await this.#search(need);
    if (other !== undefined) this.#end(found.turn);
    const token = other ?? (await this.#ask(need, found));
    known.set(need.request, token);
    return token;
  }

  /** Drops a token that was rejected, unless there is another by now. */
  discard(request: TokenRequest, rejected: AccessToken): void {
    this.#write(async () => {
      const { store } = this.#options;
      const seen = await store.read(request);
      if (seen.stored?.token.value === rejected.value) await store.discard(request, seen);
    });
  }

  /** Drops whatever token there is, in all processes; one that was asked for before is not shared. */
  invalidate(request: TokenRequest): void {
    this.#write(() => this.#options.store.drop(request));
  }

  /** {@link invalidate} for every token of a client that any process has had. */
  invalidateClient(clientName: string): void {
    for (const { request } of this.#options.known.listOf(clientName)) this.invalidate(request);
    this.#write(() => this.#options.store.announce(buildClientKey(clientName)));
  }

  /** Waits for what is being written, and listens no more. */
  async close(): Promise<void> {
    await Promise.all(this.#writes);
    const stop = this.#stopListening;
    this.#stopListening = () => {};
    await stop?.();
  }

  /** Looks for a token until there is one, it is this process's turn to ask, or time is up. */
  async #search(need: Need): Promise<Found> {
    const { store, storeTimeoutMs, lockWaitMs = need.request.client.requestTimeoutMs } = this.#options;
    const { key } = need.request;
    const waitsUntil = performance.now() + lockWaitMs;
    let seen: Seen | undefined;
    let turn: Turn | undefined;
    const look = async (timeoutMs: number) => {
      seen = undefined;
      seen = await store.read(need.request, timeoutMs);
      return chooseSeen(seen, need, this.#options.now());
    };
    try {
      for (let pauses = 0; ; pauses++) {
        const endsAt = performance.now() + storeTimeoutMs;
        const leftMs = () => Math.max(1, endsAt - performance.now());
        let token = await look(leftMs());
        if (token === undefined && store.canLock) turn = await Turn.take(store, key, leftMs());
        // What came while it was another's turn.
        if (turn !== undefined) token = await look(leftMs());
        if (token !== undefined) return { token, turn };
        if (turn !== undefined || !store.canLock || performance.now() >= waitsUntil) return { seen, turn };
        await this.#changes.next(key, this.#choosePauseMs(pauses), need.signal);
      }
    } catch (error) {
      if (error instanceof StoreUnavailableError) return { seen, turn };
      this.#end(turn);
      throw error;
    }
  }

  async #ask(need: Need, { seen, turn }: Found): Promise<AccessToken> {
    try {
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
    if (mayReplace) await store.replace(need.request, current, { token, failures: 0, pausedUntil: 0 });
  }

  async #pause(need: Need, error: unknown, seen: Seen | undefined): Promise<void> {
    const { store, now } = this.#options;
    if (seen?.stored === undefined || need.judge(seen.stored.token) !== "keep") return;
    const paused = planPause(seen.stored, error, now());
    if (paused !== undefined) await store.replace(need.request, seen, paused);
  }

  /** Whoever waits for the key looks for itself. */
  #heed(key: string): void {
    if (this.#changes.announce(key)) return;
    const { known } = this.#options;
    const token = known.find(key);
    if (token !== undefined) this.#write(() => this.#follow(token.request));
    const clientName = known.findClientName(key);
    if (clientName !== undefined) this.#heedInvalidation(clientName);
  }

  async #follow(request: TokenRequest): Promise<void> {
    const { store, known, listener } = this.#options;
    const { stored } = await store.read(request);
    known.set(request, stored?.token);
    listener.onToken(request, stored?.token);
  }

  /** Whoever invalidated the client may not have known of all of its tokens. */
  #heedInvalidation(clientName: string): void {
    const { known, listener } = this.#options;
    for (const { request, token } of known.listOf(clientName)) {
      if (token !== undefined) this.discard(request, token);
    }
    listener.onClientInvalidated(clientName);
  }

  /** In the background; then the turn ends, if there is one. */
  #write(work: () => Promise<void>, turn?: Turn): void {
    const write = tolerate(work())
      .finally(() => turn?.end())
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  #end(turn: Turn | undefined): void {
    if (turn !== undefined) this.#write(async () => {}, turn);
  }

  /** Longer each time, and by chance, lest all who wait look together. */
  #choosePauseMs(pauses: number): number {
    return Math.min(FIRST_PAUSE_MS * 1.5 ** pauses, LONGEST_PAUSE_MS) * (0.5 + Math.random());
  }
}
