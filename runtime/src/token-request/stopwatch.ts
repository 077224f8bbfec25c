/** Measures how long work takes altogether that is done one piece after another, and may never come to an end. */
export class Stopwatch {
  readonly #now: () => number;
  #endedMs = 0;
  #startedAt: number | undefined;

  /** @param now - ms since whenever, of a clock that is never set */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async measure<T>(work: () => Promise<T>): Promise<T> {
    this.#startedAt = this.#now();
    try {
      return await work();
    } finally {
      this.#endedMs = this.elapsedMs;
      this.#startedAt = undefined;
    }
  }

  get isRunning(): boolean {
    return this.#startedAt !== undefined;
  }

  get elapsedMs(): number {
    return this.#endedMs + (this.#startedAt === undefined ? 0 : this.#now() - this.#startedAt);
  }
}
