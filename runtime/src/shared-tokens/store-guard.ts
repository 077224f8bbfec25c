import { chooseBackOffMs } from "../back-off.ts";
import { publishStoreFailure, type StoreFailureEvent } from "../events.ts";

export type StoreOperation = StoreFailureEvent["operation"];

/** The store is of no use now: whoever catches this goes on without it. Why was published already. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

/** One operation, and for how long it is waited for. */
interface Guarded<T> {
  readonly operation: StoreOperation;
  readonly timeoutMs: number;
  readonly work: () => Promise<T>;
  /** Given what the work gives once nobody waits for it any more. */
  readonly onLate?: (late: T) => unknown;
}

/** So many failures in a row, and the store is left alone. */
const TOLERATED_FAILURES = 3;

/**
 * Keeps a store from delaying those who use it, by a timeout for each operation and a circuit breaker: after three failures
 * in a row nothing is tried for a second, then two, and so on up to a minute; then one operation is, as a trial.
 */
export class StoreGuard {
  readonly #now: () => number;
  #failures = 0;
  /** Begins anew with each pause: what began before does not prolong it. */
  #round = 0;
  #pausedAt = 0;
  #pauseMs = 0;

  /** @param now - epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws {StoreUnavailableError} when the work fails, takes too long, or is not tried */
  async run<T>(guarded: Guarded<T>): Promise<T> {
    if (this.#isPaused()) throw new StoreUnavailableError();
    // The trial keeps the others away meanwhile.
    if (this.#failures >= TOLERATED_FAILURES) this.#pause(guarded.timeoutMs);
    const round = this.#round;
    try {
      const result = await this.attempt(guarded);
      this.#failures = 0;
      this.#pauseMs = 0;
      return result;
    } catch (error) {
      if (round === this.#round) this.#countFailure();
      throw error;
    }
  }

  /**
   * Tries it even while the store is left alone, and counts no failure.
   *
   * @throws {StoreUnavailableError} when the work fails or takes too long
   */
  async attempt<T>({ operation, timeoutMs, work, onLate }: Guarded<T>): Promise<T> {
    try {
      return await waitFor(work, timeoutMs, onLate);
    } catch (cause) {
      publishStoreFailure(operation, cause);
      throw new StoreUnavailableError(undefined, { cause });
    }
  }

  /** A clock that was set back makes no pause longer. */
  #isPaused(): boolean {
    return Math.abs(this.#now() - this.#pausedAt) < this.#pauseMs;
  }

  #countFailure(): void {
    this.#failures += 1;
    const pauses = this.#failures - TOLERATED_FAILURES + 1;
    if (pauses > 0) this.#pause(chooseBackOffMs(pauses));
  }

  #pause(pauseMs: number): void {
    this.#round += 1;
    this.#pausedAt = this.#now();
    this.#pauseMs = pauseMs;
  }
}

/** Waits for what goes on without the store where that is of no use. Why was published already. */
export async function tolerate(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** Bounds the wait, not the work. The timer holds no process open: who waits for a token does. */
async function waitFor<T>(
  work: () => Promise<T>,
  timeoutMs: number,
  onLate: Guarded<T>["onLate"],
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => {
    reject(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: "ERR_STORE_TIMEOUT" }));
    if (onLate !== undefined) working.then(onLate).catch(() => {}); // That it failed after all changes nothing.
  };
  let givingUp: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // Where the process was busy, sockets are read only now: between timers and immediates. One that holds no process open
    // would be waited for as long as nothing else happens.
    givingUp = setImmediate(giveUp);
  }, timeoutMs).unref();
  const working = (async () => work())();
  working.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    clearImmediate(givingUp);
  });
}
