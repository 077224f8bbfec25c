/** Cuts chunks into items and reads them. What it returns is read at once, and to its end unless it throws. */
export interface ItemParser {
  /** The items that are complete with this chunk. */
  feed(chunk: Buffer): Iterable<unknown>;
  /** What is complete with the end of the body. */
  end(): Iterable<unknown>;
  /** Nothing that comes from here on is an item. */
  readonly isDone: boolean;
}

/** The bound of an item, and what a reader is told when there is no next one. */
export interface ItemErrors {
  /** Of one item; 0 for any number. */
  readonly maxBytes: number;
  buildTooLarge(): Error;
  /** @param text - the item as it came */
  buildUnreadable(text: string): Error;
  /** The error itself where it is one for the reader; otherwise, why the body can't be decoded, in words. */
  explain(error: unknown): unknown;
}

/** @throws {Error} what `buildUnreadable` returns */
export function parseItem(text: string, errors: ItemErrors): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw errors.buildUnreadable(text); // The parser's message quotes it, and logs would.
  }
}
