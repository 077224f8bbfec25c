import type { ItemErrors, ItemParser } from "../../runtime/src/item-stream/item-parser.ts";

/** Errors that say which they are. */
export function itemErrors(maxBytes = 0): ItemErrors {
  return {
    maxBytes,
    buildTooLarge: () => new Error("too large"),
    buildUnreadable: (text) => new Error(`unreadable: ${text}`),
    explain: (error) => new Error("explained", { cause: error }),
  };
}

/** Feeds a parser a whole body in pieces of some bytes; `error` is the message of what it throws. */
export function readAll(
  parser: ItemParser,
  body: Buffer,
  size: number,
): { items: unknown[]; error?: string } {
  const items: unknown[] = [];
  try {
    for (let start = 0; start < body.length && !parser.isDone; start += size) {
      for (const item of parser.feed(body.subarray(start, start + size))) items.push(item);
    }
    for (const item of parser.end()) items.push(item);
    return { items };
  } catch (error) {
    return { items, error: (error as Error).message };
  }
}
