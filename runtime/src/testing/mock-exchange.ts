import { type IncomingHttpHeaders, STATUS_CODES } from "node:http";
import { type Dispatcher, errors } from "undici";
import type { WrittenAnswer } from "./written-answer.ts";

type Handler = Dispatcher.DispatchHandler;

/** What becomes of a request. */
export type MockOutcome =
  | { readonly kind: "silence"; readonly delayMs: number }
  | { readonly kind: "error"; readonly error: Error; readonly delayMs: number }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly delayMs: number;
      readonly write: () => WrittenAnswer | Promise<WrittenAnswer>;
    };

/** That timers know. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * One request that goes nowhere: tells undici's handler what a connection would, never before `dispatch` has returned.
 * It reads the request's body, and heeds an abort and whoever can't take more.
 */
export class MockExchange implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  rawHeaders: Buffer[] = [];
  rawTrailers: Buffer[] = [];
  readonly ended: Promise<void>;
  readonly #handler: Handler;
  #resume = () => {};
  #isOver = false;

  private constructor(outcome: MockOutcome, body: unknown, handler: Handler) {
    this.#handler = handler;
    this.ended = this.#run(outcome, body).catch((error: unknown) => this.#fail(error as Error));
  }

  static begin(outcome: MockOutcome, body: unknown, handler: Handler): MockExchange {
    return new MockExchange(outcome, body, handler);
  }

  /** Ends it, as a connection that is closed from here. */
  close(): void {
    this.#fail(new errors.ClientDestroyedError("the mock agent was closed before its answer was complete"));
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.aborted = true;
    this.reason = reason;
    this.#fail(reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#resume();
  }

  async #run(outcome: MockOutcome, body: unknown): Promise<void> {
    await Promise.resolve();
    this.#handler.onRequestStart?.(this, null);
    if (this.#isOver) return;
    await readAway(body);
    // A connection that is waited for holds the process open: so does this.
    if (outcome.kind === "silence") return this.#wait(LONGEST_DELAY_MS);
    if (outcome.delayMs > 0) await this.#wait(outcome.delayMs);
    if (outcome.kind === "error") throw outcome.error;
    const answer = await outcome.write();
    if (!this.#isOver) await this.#answer(outcome.status, answer);
  }

  async #answer(status: number, { headers, chunks }: WrittenAnswer): Promise<void> {
    const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    this.rawHeaders = fields.flatMap(([name, value]) =>
      [value].flat().flatMap((one) => [Buffer.from(name), Buffer.from(one)]),
    );
    const parsed = Object.fromEntries(fields) as IncomingHttpHeaders;
    this.#handler.onResponseStart?.(this, status, parsed, STATUS_CODES[status] ?? "");
    for await (const chunk of chunks) {
      if (this.paused) await this.#resumed();
      if (this.#isOver) return;
      this.#handler.onResponseData?.(this, chunk);
    }
    if (this.#isOver) return;
    this.#handler.onResponseEnd?.(this, {});
    this.#isOver = true;
  }

  /** Not aborted: that is what the other side does. */
  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.resume();
    this.#handler.onResponseError?.(this, error);
  }

  #resumed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resume = resolve;
    return promise;
  }

  /** An abort ends it early. */
  async #wait(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    this.#resume = resolve;
    await promise;
    clearTimeout(timer);
  }
}

/** As a connection would: who sends a stream may wait for it to be read. */
async function readAway(body: unknown): Promise<void> {
  if (typeof body !== "object" || body === null || !(Symbol.asyncIterator in body)) return;
  for await (const _ of body as AsyncIterable<unknown>);
}
