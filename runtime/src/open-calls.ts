import { invalidOption } from "./errors.ts";

/** Counts what is under way, so that closing can wait for it and lets nothing new begin. */
export class OpenCalls {
  #count = 0;
  #closed: PromiseWithResolvers<void> | undefined;

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** @throws {TypeError} `ERR_INVALID_OPTION` once closed */
  begin(): void {
    if (!this.isOpen) throw invalidOption("the token manager", "is closed");
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count === 0) this.#closed?.resolve();
  }

  /** Counts what runs from its begin to its end. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await run();
    } finally {
      this.end();
    }
  }

  /** Resolves once everything that began has ended. */
  close(): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    if (this.#count === 0) this.#closed.resolve();
    return this.#closed.promise;
  }
}
