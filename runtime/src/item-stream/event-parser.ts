import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { type ItemErrors, type ItemParser, parseItem } from "./item-parser.ts";

/** One event of `text/event-stream`. */
export interface ServerSentEvent<Data = unknown, Name extends string = string> {
  /** `"message"` where the stream names none. */
  readonly event: Name;
  readonly data: Data;
  /** The last id that the stream has given, with this event or before: what `Last-Event-ID` goes on from. */
  readonly id?: string;
  /** How long to wait before connecting again, in ms; where the stream says so with this event or since the last. */
  readonly retry?: number;
}

/** How the data of events is read. */
export interface EventFormat {
  readonly data: "json" | "text";
  /** Events whose data is read otherwise, by name. */
  readonly events: ReadonlyMap<string, "json" | "text">;
}

/** What many servers of JSON events send last; no JSON value is written so. */
const DONE = "[DONE]";

/** What a line of an event takes in memory besides its text, in bytes: the parser adds one to the other. */
const LINE_BYTES = 64;

/** Even where little is to be collected, an event may have some thousand lines. */
const MIN_LINES_BYTES = 1024 * 1024;

/**
 * Reads server-sent events. Those without data are passed over: without any, as the specification says; with an empty
 * one that should be JSON, since servers keep connections open with such events.
 *
 * @see WHATWG HTML §9.2.6
 */
export class EventParser implements ItemParser {
  isDone = false;
  readonly #format: EventFormat;
  readonly #errors: ItemErrors;
  readonly #decoder = new StringDecoder("utf8"); // Whatever the content type says.
  readonly #parser;
  readonly #events: ServerSentEvent<string>[] = [];
  #isOverfull = false;
  /** Since the last event, or a blank line. */
  #lines = 0;

  constructor(format: EventFormat, errors: ItemErrors) {
    this.#format = format;
    this.#errors = errors;
    this.#parser = this.#createParser(errors.maxBytes);
  }

  *feed(chunk: Buffer): Generator<ServerSentEvent, void> {
    const text = this.#decoder.write(chunk);
    this.#parser.feed(text);
    this.#countLines(text);
    for (const event of this.#events.splice(0)) {
      if (this.#isText(event.event)) yield event;
      else if (event.data === DONE) this.isDone = true;
      else if (event.data !== "") yield { ...event, data: parseItem(event.data, this.#errors) };
      if (this.isDone) return;
    }
    if (this.#isOverfull) throw this.#errors.buildTooLarge();
  }

  /** An event that no blank line ends is incomplete. */
  end(): [] {
    return [];
  }

  #countLines(text: string): void {
    const isApart = this.#events.length > 0 || /\n\n|\r\r|\r\n\r/.test(text);
    this.#lines = isApart ? 0 : this.#lines + (text.match(/[\r\n]/g)?.length ?? 0);
    const { maxBytes } = this.#errors;
    if (maxBytes > 0 && this.#lines * LINE_BYTES > Math.max(maxBytes, MIN_LINES_BYTES))
      this.#isOverfull = true;
  }

  #isText(name: string): boolean {
    return (this.#format.events.get(name) ?? this.#format.data) === "text";
  }

  #createParser(maxBytes: number) {
    let lastId = "";
    let retry: number | undefined;
    return createParser({
      maxBufferSize: maxBytes > 0 ? maxBytes : undefined,
      onEvent: ({ event = "message", data }) => {
        this.#events.push({
          event,
          data,
          ...(lastId !== "" && { id: lastId }),
          ...(retry !== undefined && { retry }),
        });
        retry = undefined;
      },
      onId(id) {
        lastId = id;
      },
      onRetry(ms) {
        retry = ms;
      },
      onError: ({ type }) => {
        this.#isOverfull ||= type === "max-buffer-size-exceeded";
      },
    });
  }
}
