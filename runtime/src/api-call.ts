import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { explainFailure } from "./connection-advice.ts";
import { decodeContent } from "./content-encoding.ts";
import { credentialsOption, type SentCredentials } from "./credentials.ts";
import { Deadline } from "./deadline.ts";
import type { ResponseReader } from "./deserialize.ts";
import {
  ApiConnectionError,
  ApiTimeoutError,
  copyCause,
  isInvalidOption,
  omitQuery,
  TokenError,
} from "./errors.ts";
import { discardBody } from "./replayable-body.ts";
import type { ApiResult } from "./result.ts";
import type { TokenParameters } from "./token-parameters.ts";

type Controller = Dispatcher.DispatchController;

export interface ApiCallOptions {
  /** `GET /items/{id}` */
  readonly operation: string;
  readonly method: string;
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  /** Name, value, name, value. */
  readonly headers: string[];
  readonly body: unknown;
  readonly token: TokenParameters | undefined;
  readonly reader: ResponseReader;
  readonly resolve: (result: ApiResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One call as undici's dispatch sees it, both its options and its handler: collects the answer, then settles the
 * caller's promise once, with a result, with the reason of an abort, or with why there was no answer.
 */
export class ApiCall implements Dispatcher.DispatchHandler {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Dispatcher.DispatchOptions["body"] & {};
  readonly token: TokenParameters | undefined;
  /** Set before it is dispatched, when something goes with it besides a token. */
  [credentialsOption]: SentCredentials | undefined;
  readonly #options: ApiCallOptions;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #responseHeaders: IncomingHttpHeaders = {};
  #controller: Controller | undefined;
  #isSettled = false;
  readonly #deadline = new Deadline(() => this.#timeOut());
  #timeoutMs = 0;
  #waiting: AbortController | undefined;
  #callerSignal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(options: ApiCallOptions) {
    this.method = options.method;
    this.origin = options.origin;
    this.path = options.path;
    this.headers = options.headers;
    this.body = options.body as Dispatcher.DispatchOptions["body"] & {};
    this.token = options.token;
    this.#options = options;
  }

  /**
   * Aborted when the call is given up. Made when it is first asked for, which is when the call has to wait for a
   * token; a getter of the class, so that a copy of the options does not ask.
   */
  get signal(): AbortSignal {
    this.#waiting ??= new AbortController();
    return this.#waiting.signal;
  }

  /** Arms timeout and signal; false when the signal was aborted already, and nothing is to be sent. */
  begin(timeoutMs: number, signal: AbortSignal | undefined): boolean {
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) this.#deadline.set(timeoutMs);
    if (signal !== undefined) {
      this.#callerSignal = signal;
      this.#onAbort = () => this.#giveUp(signal.reason);
      if (signal.aborted) this.#onAbort();
      else signal.addEventListener("abort", this.#onAbort, { once: true });
    }
    return !this.#isSettled;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // Given up while it waited for a token or a connection.
    if (this.#isSettled) controller.abort(new Error("the call was given up"));
  }

  onResponseStart(_: Controller, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#responseHeaders = headers;
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const coding = this.#responseHeaders["content-encoding"];
    if (coding === undefined || this.#chunks.length === 0) {
      this.#read(this.#chunks);
      return;
    }
    decodeContent(Buffer.concat(this.#chunks), String(coding)).then(
      (body) => this.#read([body]),
      (error: Error) => this.fail(error),
    );
  }

  onResponseError(_: Controller, error: Error): void {
    this.fail(error);
  }

  #read(body: readonly Buffer[]): void {
    if (this.#isSettled) return;
    const { reader, operation, resolve } = this.#options;
    const status = this.#status;
    try {
      const result = reader.read(body, {
        operation,
        status,
        headers: this.#responseHeaders,
        url: this.origin + this.path,
      });
      this.#settle();
      resolve(result);
    } catch (error) {
      this.fail(error as Error); // A body that is longer than a string can be.
    }
  }

  /** There is no answer, and this is why. */
  fail(error: Error): void {
    if (!this.#settle()) return;
    discardBody(this.body);
    const isPassedOn = error instanceof TokenError || isInvalidOption(error);
    this.#options.reject(isPassedOn ? error : this.#explain(error));
  }

  #explain(error: Error): ApiConnectionError {
    const call = this.#describe();
    const { what, advice = "see the cause" } = explainFailure(error);
    const message = `no complete answer from ${omitQuery(call.url)} (${what}); ${advice}`;
    return new ApiConnectionError(message, { ...call, cause: copyCause(error) });
  }

  #timeOut(): void {
    const call = this.#describe();
    const message = `no complete answer from ${omitQuery(call.url)} within ${this.#timeoutMs} ms; raise timeoutMs if it may take longer`;
    this.#giveUp(new ApiTimeoutError(message, call));
  }

  #giveUp(reason: unknown): void {
    if (!this.#settle()) return;
    discardBody(this.body);
    this.#options.reject(reason);
    this.#waiting?.abort(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
  }

  /** The first who asks may settle the promise. */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#deadline.clear();
    if (this.#onAbort !== undefined) this.#callerSignal?.removeEventListener("abort", this.#onAbort);
    return true;
  }

  #describe() {
    return { operation: this.#options.operation, method: this.method, url: this.origin + this.path };
  }
}
