import type { AccessToken } from "../access-token.ts";
import { publishStoreFailure } from "../events.ts";
import type { TokenRequest } from "../token-client.ts";
import type { StoreLock, TokenStore } from "../token-store.ts";
import { type Sealer, UnsealError } from "./sealing.ts";
import { type StoreGuard, type StoreOperation, tolerate } from "./store-guard.ts";
import { parseStoredToken, printStoredToken, type StoredToken } from "./stored-token.ts";

export interface SealedStoreOptions {
  readonly store: TokenStore;
  readonly sealer: Sealer;
  readonly guard: StoreGuard;
  /** Bounds each operation. */
  readonly timeoutMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What was in the store for a request. */
export interface Seen {
  /** As it was there: no two values are the same, so that it tells whether anything was put there since. */
  readonly sealed: string | undefined;
  /** Undefined when there was nothing, nothing that can be read, or word that the token was dropped. */
  readonly stored: StoredToken | undefined;
  /**
   * Whether it tells of the token, that there is none perhaps. What can't be read does not; nor does nothing at all, where
   * tokens that are dropped leave word: what was there has ended, or was lost.
   */
  readonly isConclusive: boolean;
}

/** For how long it is known that a token was dropped: longer than who asked before that can wait for an answer. */
const DROPPED_MS = 600_000;

/** No token makes a text as long: who planted one would have each process open it again and again. */
const MAX_LENGTH = 1_000_000;

/**
 * A store as tokens see it: sealed, bounded in time, and read with suspicion.
 *
 * @throws {StoreUnavailableError} from each of its methods, when the store is of no use now
 */
export class SealedStore {
  readonly #options: SealedStoreOptions;
  /** What is being written, by key: whoever reads meanwhile must not find what was there before. */
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(options: SealedStoreOptions) {
    this.#options = options;
  }

  /** @param timeoutMs - what is left of the time of whoever waits */
  async read(request: TokenRequest, timeoutMs = this.#options.timeoutMs): Promise<Seen> {
    const { store, guard } = this.#options;
    const { key } = request;
    const sealed = await guard.run({
      operation: "get",
      timeoutMs,
      work: async () => {
        await this.#writing.get(key);
        const value: unknown = await store.get(key);
        return value === null || value === undefined ? undefined : String(value);
      },
    });
    return sealed === undefined
      ? { sealed, stored: undefined, isConclusive: store.compareAndSet === undefined }
      : { sealed, ...this.#open(sealed, request) };
  }

  /**
   * Puts a token there, unless something else was put there since it was looked; for as long as the token lives.
   *
   * @returns false when there is something else
   */
  async replace({ key, client }: TokenRequest, { sealed }: Seen, stored: StoredToken): Promise<boolean> {
    const ttlMs = Math.ceil(stored.token.expiresAt - this.#options.now());
    if (ttlMs <= 0) return true;
    const text = printStoredToken(stored, client);
    if (await this.#put(key, sealed, text, ttlMs)) return true;
    // What was there may have ended meanwhile.
    return sealed !== undefined && this.#put(key, undefined, text, ttlMs);
  }

  /** Drops a token that was rejected, unless there is another by now. */
  async discard(request: TokenRequest, rejected: AccessToken): Promise<void> {
    const { sealed, stored } = await this.read(request);
    if (stored?.token.value !== rejected.value) return;
    await this.#put(request.key, sealed, printStoredToken(undefined, request.client), DROPPED_MS);
  }

  /** Drops whatever token is there, and has those who asked before that not put theirs there. */
  async drop({ key, client }: TokenRequest): Promise<void> {
    const { store, sealer } = this.#options;
    const dropped = sealer.seal(printStoredToken(undefined, client), key);
    const work = store.compareAndSet ? () => store.set(key, dropped, DROPPED_MS) : () => store.delete(key);
    await this.#writeTo(key, "delete", work);
  }

  /** Lets the others know of something that has no value. */
  async announce(key: string): Promise<void> {
    await this.#write("delete", () => this.#options.store.delete(key));
  }

  /**
   * Listens to what other processes, and this one, put there; where the store tells nobody, to nothing.
   *
   * @returns what ends that, and never fails
   */
  listen(listener: (key: string) => void): () => Promise<void> {
    const { store, guard, timeoutMs } = this.#options;
    const operation = "onChange";
    const listening = (async () => store.onChange?.((key) => listener(String(key))))().catch((error) => {
      publishStoreFailure(operation, error);
      return undefined;
    });
    const stop = async () => (await listening)?.();
    return () => tolerate(guard.attempt({ operation, timeoutMs, work: stop }));
  }

  get canLock(): boolean {
    return this.#options.store.lock !== undefined;
  }

  /** @returns undefined while another process has it */
  async lock(key: string, ttlMs: number, timeoutMs: number): Promise<StoreLock | undefined> {
    const { store, guard } = this.#options;
    const lock = await guard.run({
      operation: "lock",
      timeoutMs,
      work: async () => store.lock?.(key, ttlMs),
      onLate: (late) => late?.release(),
    });
    if (!lock) return undefined; // Null or false, of a store that was not compiled.
    return {
      extend: (ms) => this.#write("lock", () => lock.extend(ms)),
      release: () => this.#write("lock", () => lock.release()),
    };
  }

  async #put(key: string, expected: string | undefined, text: string, ttlMs: number): Promise<boolean> {
    const { store, sealer } = this.#options;
    const sealed = sealer.seal(text, key);
    if (store.compareAndSet === undefined) {
      await this.#writeTo(key, "set", () => store.set(key, sealed, ttlMs));
      return true;
    }
    const compareAndSet = async () => store.compareAndSet?.(key, expected, sealed, ttlMs);
    return (await this.#writeTo(key, "compareAndSet", compareAndSet)) !== false;
  }

  async #writeTo<T>(key: string, operation: StoreOperation, work: () => Promise<T>): Promise<T> {
    const write = this.#write(operation, work);
    const settled = write.catch(() => {});
    this.#writing.set(key, settled);
    try {
      return await write;
    } finally {
      if (this.#writing.get(key) === settled) this.#writing.delete(key);
    }
  }

  #write<T>(operation: StoreOperation, work: () => Promise<T>): Promise<T> {
    const { guard, timeoutMs } = this.#options;
    return guard.run({ operation, timeoutMs, work });
  }

  #open(sealed: string, { key, client }: TokenRequest): Pick<Seen, "stored" | "isConclusive"> {
    const { sealer, now } = this.#options;
    try {
      if (sealed.length > MAX_LENGTH) throw new UnsealError("ERR_STORE_FORMAT");
      return { stored: parseStoredToken(sealer.unseal(sealed, key), client, now()), isConclusive: true };
    } catch (error) {
      publishStoreFailure("get", error);
      return { stored: undefined, isConclusive: false };
    }
  }
}
