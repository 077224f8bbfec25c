import { AbortListener } from "../abort-listener.ts";

/** Those who wait until something happens to a key, or for so long. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** @returns whether anybody waited */
  wake(key: string): boolean {
    const waiting = this.#waiting.get(key);
    for (const wake of waiting ?? []) wake();
    return waiting !== undefined;
  }

  /** Waits for a change, at most so long; rejects with the signal's reason. Holds no process open. */
  async next(key: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs).unref();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(resolve));
    const listener = new AbortListener(signal, () => reject(signal.reason));
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      listener.stop();
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    }
  }
}
