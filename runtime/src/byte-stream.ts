/** What holds a stream's bytes back, and wants to know how it is used. */
export interface ByteSource {
  pause(): void;
  resume(): void;
  /** Called once, when somebody begins to read. */
  begin(): void;
  /** Called once, when nobody will read any further, though there is more. */
  cancel(): void;
}

/** So much is kept for a reader that is busy, and one chunk more, before the connection is held back. */
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * The chunks of a body as they come, for one reader at a time. What comes while it is busy is kept, up to a bound at
 * which the source has to wait: an answer of any length takes little memory.
 */
export class ByteStream implements AsyncIterableIterator<Buffer> {
  readonly #source: ByteSource;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #isBegun = false;
  #isPaused = false;
  #state: "open" | "ended" | "cancelled" = "open";
  #failure: { readonly reason: unknown } | undefined;
  #reader: PromiseWithResolvers<IteratorResult<Buffer, undefined>> | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Its reader has let go of it: what it is told from then on is of no interest. */
  get isCancelled(): boolean {
    return this.#state === "cancelled";
  }

  push(chunk: Buffer): void {
    if (this.#state !== "open") return;
    const reader = this.#takeReader();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#keptBytes < MAX_KEPT_BYTES || this.#isPaused) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#takeReader()?.resolve(END);
  }

  /** Ends it with an error, once what has come is read. */
  fail(reason: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    const reader = this.#takeReader();
    if (reader === undefined) this.#failure = { reason };
    else reader.reject(reason);
  }

  /** Ends it with an error, at once. */
  abort(reason: unknown): void {
    this.#drop();
    this.fail(reason);
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    this.#begin();
    const value = this.#kept.shift();
    if (value !== undefined) {
      this.#keptBytes -= value.length;
      return Promise.resolve({ done: false, value });
    }
    if (this.#state === "open") return this.#wait();
    const failure = this.#failure;
    if (failure === undefined) return Promise.resolve(END);
    this.#failure = undefined; // Told once.
    return Promise.reject(failure.reason);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads no further: what waits for a chunk is told that there is none. */
  cancel(): void {
    const isOpen = this.#state === "open";
    this.#state = "cancelled";
    this.#drop();
    this.#takeReader()?.resolve(END);
    if (isOpen) this.#source.cancel();
  }

  #wait(): Promise<IteratorResult<Buffer, undefined>> {
    const reader = Promise.withResolvers<IteratorResult<Buffer, undefined>>();
    this.#reader = reader;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#source.resume(); // It may push before it returns.
    }
    return reader.promise;
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#source.begin();
  }

  #takeReader() {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }

  #drop(): void {
    this.#kept.length = 0;
    this.#keptBytes = 0;
  }
}

const END: IteratorResult<never, undefined> = { done: true, value: undefined };
