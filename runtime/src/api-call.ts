import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { AbortListener } from "./abort-listener.ts";
import { CallErrors } from "./api-call/call-errors.ts";
import { ByteCollector } from "./byte-collector.ts";
import { ByteStream } from "./byte-stream.ts";
import { decodeContent } from "./content-encoding.ts";
import { credentialsOption, type SentCredentials } from "./credentials.ts";
import { Deadline } from "./deadline.ts";
import type { ResponseReader } from "./deserialize.ts";
import { openItems } from "./item-stream.ts";
import type { Operation } from "./operation.ts";
import { discardBody } from "./replayable-body.ts";
import type { ApiResult } from "./result.ts";
import type { OperationInput } from "./serialize.ts";
import type { TokenParameters } from "./token-parameters.ts";

type Controller = Dispatcher.DispatchController;

/** Option of a dispatch: what was called. Mocks go by it. */
export const calledOption: unique symbol = Symbol("openapi-m2m.called");

/** An operation, and what its method was given. */
export interface CalledOperation {
  readonly operation: Operation;
  readonly input: OperationInput;
}

export interface ApiCallOptions {
  readonly called: CalledOperation;
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
  /** The caller wants the bytes of a success as they come. */
  readonly stream: boolean;
  /** Of what is collected in memory; 0 for any number. */
  readonly maxBytes: number;
  readonly resolve: (result: ApiResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One call as undici's dispatch sees it, both its options and its handler: collects the answer, then settles the
 * caller's promise once, with a result, with the reason of an abort, or with why there was no answer.
 *
 * Where the result has a stream, the promise is settled as soon as the answer begins, and the call goes on: what would
 * have become of the promise becomes of the stream. Its timeout ends when the caller begins to read.
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
  readonly [calledOption]: CalledOperation;
  readonly #options: ApiCallOptions;
  readonly #body = new ByteCollector();
  #stream: ByteStream | undefined;
  #status = 0;
  #responseHeaders: IncomingHttpHeaders = {};
  #controller: Controller | undefined;
  #isSettled = false;
  readonly #deadline = new Deadline(() => this.#timeOut());
  #timeoutMs = 0;
  #waiting: AbortController | undefined;
  #callerSignal: AbortSignal | undefined;
  #abortListener: AbortListener | undefined;

  constructor(options: ApiCallOptions) {
    this.method = options.method;
    this.origin = options.origin;
    this.path = options.path;
    this.headers = options.headers;
    this.body = options.body as Dispatcher.DispatchOptions["body"] & {};
    this.token = options.token;
    this[calledOption] = options.called;
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
      const giveUp = () => this.#giveUp(signal.reason);
      if (signal.aborted) giveUp();
      else this.#abortListener = new AbortListener(signal, giveUp);
    }
    return !this.#isSettled;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // Given up while it waited for a token or a connection.
    if (this.#isSettled) controller.abort(new Error("the call was given up"));
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#responseHeaders = headers;
    const { reader, stream } = this.#options;
    if (reader.hasItems || stream) this.#openStream(controller);
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.#stream !== undefined) {
      this.#stream.push(chunk);
      return;
    }
    this.#body.add(chunk);
    const { maxBytes } = this.#options;
    if (this.#body.length > maxBytes && maxBytes > 0) this.#giveUp(this.#errors.buildTooLarge());
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) {
      this.#settle();
      this.#stream.end();
      return;
    }
    const coding = this.#responseHeaders["content-encoding"];
    const chunks = this.#body.take();
    if (coding === undefined || chunks.length === 0) {
      this.#read(chunks);
      return;
    }
    decodeContent(Buffer.concat(chunks), String(coding), this.#options.maxBytes).then(
      (body) => this.#read([body]),
      (error: Error) => this.fail(error),
    );
  }

  onResponseError(_: Controller, error: Error): void {
    this.fail(error);
  }

  #read(body: readonly Buffer[]): void {
    if (this.#isSettled) return;
    const { reader, resolve } = this.#options;
    try {
      const result = reader.read(body, this.#describeResponse());
      this.#settle();
      resolve(result);
    } catch (error) {
      this.fail(error as Error); // A body that is longer than a string can be.
    }
  }

  #openStream(controller: Controller): void {
    const { reader, resolve, stream } = this.#options;
    const response = this.#describeResponse();
    const opening = reader.open(response, stream);
    if (opening === undefined || this.#isSettled) return;
    this.#stream = new ByteStream({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      begin: () => this.#deadline.clear(),
      cancel: () => this.#giveUp(new Error("the rest of the stream is not wanted")),
    });
    const data = openItems(this.#stream, {
      format: opening.format,
      contentEncoding: String(this.#responseHeaders["content-encoding"] ?? ""),
      signal: this.#callerSignal,
      errors: this.#errors,
    });
    resolve({ ok: true, status: opening.status, data, response });
  }

  /** There is no answer, or no more of it, and this is why. */
  fail(error: Error): void {
    if (!this.#settle()) return;
    discardBody(this.body);
    const explained = this.#errors.explain(error);
    this.#options.reject(explained);
    this.#stream?.fail(explained);
  }

  #timeOut(): void {
    this.#giveUp(this.#errors.buildTimeout(this.#timeoutMs, this.#stream !== undefined));
  }

  #giveUp(reason: unknown): void {
    if (!this.#settle()) return;
    discardBody(this.body);
    this.#options.reject(reason);
    this.#stream?.abort(reason);
    this.#waiting?.abort(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
  }

  /** The first who asks may end the call. */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#deadline.clear();
    this.#abortListener?.stop();
    return true;
  }

  get #errors(): CallErrors {
    return new CallErrors(this.#options);
  }

  #describeResponse() {
    return {
      operation: this.#options.operation,
      status: this.#status,
      headers: this.#responseHeaders,
      url: this.origin + this.path,
    };
  }
}
