import { plainBytes } from "./binary-body.ts";
import type { ByteStream } from "./byte-stream.ts";
import { decodeChunks } from "./content-encoding.ts";
import { type EventFormat, EventParser } from "./item-stream/event-parser.ts";
import type { ItemErrors, ItemParser } from "./item-stream/item-parser.ts";
import { JsonParser } from "./item-stream/json-parser.ts";

/**
 * A body that is read as it comes, and once: its items, or its bytes.
 *
 * Leaving the loop ends the call; `await using` ends it for whoever may not get as far as the loop. The connection is
 * held back while nobody asks for more.
 */
export interface ItemStream<Item> extends AsyncIterable<Item>, AsyncDisposable {}

/** What a body is cut into. */
export type ItemFormat =
  | { readonly kind: "bytes" | "lines" | "records" }
  | ({ readonly kind: "events" } & EventFormat);

export interface ItemStreamOptions {
  readonly format: ItemFormat;
  /** Empty where there is none. */
  readonly contentEncoding: string;
  readonly signal: AbortSignal | undefined;
  readonly errors: ItemErrors;
}

/** Reads the items of a body as they are asked for. */
export function openItems(source: ByteStream, options: ItemStreamOptions): ItemStream<unknown> {
  return new OpenStream(source, readItems(source, options));
}

class OpenStream implements ItemStream<unknown>, AsyncIterator<unknown, undefined> {
  readonly #source: ByteStream;
  readonly #items: AsyncGenerator<unknown, undefined>;

  constructor(source: ByteStream, items: AsyncGenerator<unknown, undefined>) {
    this.#source = source;
    this.#items = items;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.#items.next();
  }

  /** The generator alone would let go of nothing before it has begun, nor while it waits. */
  return(): Promise<IteratorResult<unknown, undefined>> {
    this.#source.cancel();
    return this.#items.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

async function* readItems(
  source: ByteStream,
  options: ItemStreamOptions,
): AsyncGenerator<unknown, undefined> {
  const { contentEncoding, signal, errors } = options;
  const parser = createParser(options);
  try {
    const chunks = contentEncoding === "" ? source : decodeChunks(source, contentEncoding);
    for await (const chunk of chunks) {
      for (const item of parser.feed(chunk)) {
        signal?.throwIfAborted(); // Of no interest any more, although it has come.
        yield item;
      }
      if (parser.isDone) return undefined;
    }
    yield* parser.end();
  } catch (error) {
    if (source.isCancelled) return undefined; // What was cut off can't be decoded.
    throw signal?.aborted && signal.reason === error ? error : errors.explain(error);
  } finally {
    source.cancel();
  }
  return undefined;
}

function createParser({ format, errors }: ItemStreamOptions): ItemParser {
  switch (format.kind) {
    case "events":
      return new EventParser(format, errors);
    case "bytes":
      return BYTES;
    default:
      return new JsonParser(format.kind, errors);
  }
}

const BYTES: ItemParser = {
  isDone: false,
  feed: (chunk) => [plainBytes(chunk)],
  end: () => [],
};
