import { ByteCollector } from "../byte-collector.ts";
import { type ItemErrors, type ItemParser, parseItem } from "./item-parser.ts";

/** The byte that ends a line, or begins a record: neither is ever part of another character in UTF-8. */
const SEPARATORS = { lines: 0x0a, records: 0x1e };

/**
 * JSON values with a separator between them. Empty ones are passed over; a last one needs no line break.
 *
 * @see RFC 7464 for records
 */
export class JsonParser implements ItemParser {
  readonly isDone = false;
  readonly #separator: number;
  readonly #errors: ItemErrors;
  /** Of an item that is not complete. */
  readonly #item = new ByteCollector();
  #isFirst = true;

  constructor(kind: keyof typeof SEPARATORS, errors: ItemErrors) {
    this.#separator = SEPARATORS[kind];
    this.#errors = errors;
  }

  *feed(chunk: Buffer): Generator<unknown, void> {
    let start = 0;
    for (let end = this.#find(chunk, start); end >= 0; end = this.#find(chunk, start)) {
      this.#add(chunk.subarray(start, end));
      yield* this.end();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  *end(): Generator<unknown, void> {
    const text = this.#takeText();
    if (text.trim() !== "") yield parseItem(text, this.#errors);
  }

  #find(chunk: Buffer, start: number): number {
    return chunk.indexOf(this.#separator, start);
  }

  #add(part: Buffer): void {
    this.#item.add(part);
    const { maxBytes } = this.#errors;
    if (maxBytes > 0 && this.#item.length > maxBytes) throw this.#errors.buildTooLarge();
  }

  #takeText(): string {
    const parts = this.#item.take();
    const [first] = parts;
    const isWhole = first !== undefined && parts.length === 1;
    const text = (isWhole ? first : Buffer.concat(parts)).toString();
    const hasMark = this.#isFirst && text.charCodeAt(0) === 0xfeff;
    this.#isFirst = false;
    return hasMark ? text.slice(1) : text;
  }
}
