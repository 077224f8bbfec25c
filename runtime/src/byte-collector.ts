/** What is shorter is copied: an object for each of a million tiny chunks takes far more memory than their bytes. */
const MIN_CHUNK_BYTES = 1024;

const BLOCK_BYTES = 16 * 1024;

/** Collects the bytes of what comes in chunks, in little more memory than they take, however small the chunks are. */
export class ByteCollector {
  readonly #blocks: Buffer[] = [];
  /** What is filled by short chunks, and how far. */
  #block: Buffer | undefined;
  #filled = 0;
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#length += chunk.length;
    if (this.#block === undefined && this.#blocks.length === 0) this.#blocks.push(chunk);
    else if (chunk.length >= MIN_CHUNK_BYTES) {
      this.#close();
      this.#blocks.push(chunk);
    } else this.#copy(chunk);
  }

  /** All there is, in pieces; it begins anew. */
  take(): Buffer[] {
    this.#close();
    this.#length = 0;
    return this.#blocks.splice(0);
  }

  #copy(chunk: Buffer): void {
    if (this.#filled + chunk.length > (this.#block?.length ?? 0)) {
      this.#close();
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    }
    this.#filled += chunk.copy(this.#block as Buffer, this.#filled);
  }

  #close(): void {
    if (this.#block !== undefined) this.#blocks.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }
}
