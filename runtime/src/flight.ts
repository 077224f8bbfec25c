import { abortable } from "./waiting.ts";

/**
 * One piece of work that any number of callers wait for.
 *
 * A caller's abort rejects that caller alone; when nobody waits any more, the work is aborted. That nobody waits for a
 * failure makes it no unhandled rejection.
 */
export class Flight<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  readonly #onAbandoned: () => void;
  readonly #controller = new AbortController();
  readonly #outcome = Promise.withResolvers<T>();
  #waiting = 0;
  #isSettled = false;

  /**
   * @param work - begins at {@link start}; its signal tells that nobody waits any more
   * @param onAbandoned - called before that signal, so that nobody joins what is given up
   */
  constructor(work: (signal: AbortSignal) => Promise<T>, onAbandoned: () => void) {
    this.#work = work;
    this.#onAbandoned = onAbandoned;
    const settle = () => {
      this.#isSettled = true;
    };
    this.#outcome.promise.then(settle, settle);
  }

  /** Begins the work, unless it was given up before. */
  start(): this {
    const { signal } = this.#controller;
    if (signal.aborted) this.#outcome.reject(signal.reason);
    else this.#work(signal).then(this.#outcome.resolve, this.#outcome.reject);
    return this;
  }

  /** Settles as the work does, and keeps neither the work nor the process going. */
  get outcome(): Promise<T> {
    return this.#outcome.promise;
  }

  /** Keeps the work going though nobody waits, until {@link release}. */
  retain(): void {
    this.#waiting++;
  }

  /** Gives the work up if nobody else waits. */
  release(): void {
    this.#waiting--;
    if (this.#waiting > 0 || this.#isSettled) return;
    this.#onAbandoned();
    this.#controller.abort();
  }

  /** Waits for the outcome; rejects with the signal's reason once that is aborted. */
  async join(signal?: AbortSignal): Promise<T> {
    this.retain();
    try {
      return await abortable(this.#outcome.promise, signal);
    } finally {
      this.release();
    }
  }
}
