import type { StoreLock } from "../token-store.ts";
import type { SealedStore } from "./sealed-store.ts";
import { tolerate } from "./store-guard.ts";

/** If the process that asks is gone, the others wait no longer than this. */
const LOCK_MS = 3000;

/** The right to ask for a token while the other processes wait; extended until it ends. */
export class Turn {
  readonly #lock: StoreLock;
  readonly #timer: NodeJS.Timeout;

  private constructor(lock: StoreLock) {
    this.#lock = lock;
    this.#timer = setInterval(() => tolerate(lock.extend(LOCK_MS)), LOCK_MS / 3).unref();
  }

  /**
   * Takes the turn, if no other process has it.
   *
   * @throws {StoreUnavailableError} when the store is of no use now
   */
  static async take(store: SealedStore, key: string, timeoutMs: number): Promise<Turn | undefined> {
    const lock = await store.lock(key, LOCK_MS, timeoutMs);
    return lock && new Turn(lock);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await tolerate(this.#lock.release());
  }
}
