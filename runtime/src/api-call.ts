import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { ResponseReader } from "./deserialize.ts";
import { ApiConnectionError, ApiTimeoutError, describeCause, isInvalidOption, TokenError } from "./errors.ts";
import type { ApiResult } from "./result.ts";

export interface ApiCallOptions {
  readonly reader: ResponseReader;
  /** `GET /items/{id}` */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly resolve: (result: ApiResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One call as undici's dispatch sees it: collects the answer, then settles the caller's promise once, with a result,
 * with the reason of an abort, or with why there was no answer.
 */
export class ApiCall implements Dispatcher.DispatchHandler {
  readonly #options: ApiCallOptions;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(options: ApiCallOptions) {
    this.#options = options;
  }

  /** Arms timeout and signal; false when the signal was aborted already, and nothing is to be sent. */
  begin(timeoutMs: number, signal: AbortSignal | undefined): boolean {
    if (timeoutMs > 0) this.#timer = setTimeout(() => this.#timeOut(timeoutMs), timeoutMs);
    if (signal !== undefined) {
      this.#signal = signal;
      this.#onAbort = () => this.#abort(signal.reason);
      if (signal.aborted) this.#onAbort();
      else signal.addEventListener("abort", this.#onAbort, { once: true });
    }
    return !this.#isSettled;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a token or a connection.
    if (this.#isSettled) controller.abort(new Error("the call was given up"));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isSettled) return;
    const { reader, operation, url, resolve } = this.#options;
    try {
      const info = { operation, status: this.#status, headers: this.#headers, url };
      const result = reader.read(this.#chunks, info);
      if (this.#settle()) resolve(result);
    } catch (error) {
      this.#reject(error as Error); // A body that is longer than a string can be.
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }

  #reject(error: Error): void {
    if (!this.#settle()) return;
    const isPassedOn = error instanceof TokenError || isInvalidOption(error);
    const message = `no complete answer (${describeCause(error)})`;
    const { reject } = this.#options;
    reject(isPassedOn ? error : new ApiConnectionError(message, { ...this.#describe(), cause: error }));
  }

  #timeOut(timeoutMs: number): void {
    this.#abort(new ApiTimeoutError(`no complete answer within ${timeoutMs} ms`, this.#describe()));
  }

  #abort(reason: unknown): void {
    if (!this.#settle()) return;
    this.#options.reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
  }

  /** The first who asks may settle the promise. */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener("abort", this.#onAbort);
    return true;
  }

  #describe() {
    const { operation, method, url } = this.#options;
    return { operation, method, url };
  }
}
