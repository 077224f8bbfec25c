import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type AccessToken, authorizationOf } from "./access-token.ts";
import { type Authorization, assertNoAuthorization, MAX_DRAINED_BYTES } from "./authorization.ts";
import { invalidOption } from "./errors.ts";
import { isReplayable, openBody } from "./replayable-body.ts";
import type { TokenParameters } from "./token-parameters.ts";

type Dispatch = Dispatcher["dispatch"];
type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
type UndiciHeaders = NonNullable<Dispatcher.DispatchOptions["headers"]>;
type ResponseStart = Parameters<NonNullable<Handler["onResponseStart"]>>;

/** Options of a dispatch that goes through the interceptor; undici's own pass through unchanged. */
export interface AuthorizedDispatchOptions extends Dispatcher.DispatchOptions {
  /** Overrides for this call's token. */
  readonly token?: TokenParameters | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts tokens on requests to the allowed origins, and re-sends once when one is rejected. A request to another
 * origin passes without a token.
 */
export function createInterceptor(authorization: Authorization): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    assertHandler(handler);
    if (!authorization.allows(options.origin)) return dispatch(options, handler);
    return new AuthorizedDispatch(dispatch, options, handler, authorization).start();
  };
}

/**
 * One request and, if its token is rejected, its re-send.
 *
 * A 401 is held back while another token is had: then either the request is dispatched again, with a handler that
 * holds nothing back, and the rest of the held answer is read away, or the held answer is given to the caller whole.
 */
class AuthorizedDispatch implements Handler {
  readonly #dispatch: Dispatch;
  readonly #options: AuthorizedDispatchOptions;
  readonly #handler: Handler;
  readonly #authorization: Authorization;
  /** The token that may still be replaced; none on a re-send. */
  #token: AccessToken | undefined;
  #held: HeldResponse | undefined;
  #isCounted = false;

  constructor(
    dispatch: Dispatch,
    options: AuthorizedDispatchOptions,
    handler: Handler,
    authorization: Authorization,
  ) {
    this.#dispatch = dispatch;
    this.#options = options;
    this.#handler = handler;
    this.#authorization = authorization;
  }

  start(): boolean {
    try {
      this.#authorization.calls.begin();
      this.#isCounted = true;
      const token = this.#authorization.getToken(this.#options.token, this.#options.signal);
      if (!(token instanceof Promise)) return this.#sendFirst(token);
      token.then((got) => this.#sendFirst(got)).catch((error: Error) => this.#fail(error));
    } catch (error) {
      this.#fail(error as Error);
    }
    return true;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(...upgrade: Parameters<NonNullable<Handler["onRequestUpgrade"]>>): void {
    this.#settle();
    this.#handler.onRequestUpgrade?.(...upgrade);
  }

  onResponseStart(...start: ResponseStart): void {
    const [, status] = start;
    if (status === 401 && this.#token !== undefined) {
      if (isReplayable(this.#options.body)) {
        this.#hold(this.#token, start);
        return;
      }
      this.#authorization.discardRejected(this.#token, this.#options.token);
    }
    if (status >= 200) this.#settle();
    this.#handler.onResponseStart?.(...start);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#held === undefined) this.#handler.onResponseData?.(controller, chunk);
    else this.#held.add(chunk);
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#held === undefined) this.#handler.onResponseEnd?.(controller, trailers);
    else this.#held.end(trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    if (this.#held !== undefined && !this.#held.abort(controller)) {
      this.#held.break(error);
    } else {
      this.#settle();
      this.#handler.onResponseError?.(controller, error);
    }
  }

  #sendFirst(token: AccessToken): boolean {
    this.#token = token;
    return this.#send(token);
  }

  #send(token: AccessToken): boolean {
    const { headers, body } = this.#options;
    return this.#dispatch(
      {
        ...this.#options,
        headers: addAuthorization(headers, authorizationOf(token)),
        body: openBody(body) as Dispatcher.DispatchOptions["body"] & {},
      },
      this,
    );
  }

  #hold(rejected: AccessToken, start: ResponseStart): void {
    const held = new HeldResponse(start);
    this.#held = held;
    this.#authorization
      .replaceRejected(rejected, this.#options.token, this.#options.signal)
      .then((token) => {
        if (held.aborted) return;
        if (token === undefined) this.#release(held);
        else this.#resend(token, held);
      })
      .catch((error: Error) => this.#fail(error));
  }

  #release(held: HeldResponse): void {
    this.#held = undefined;
    this.#settle();
    held.release(this.#handler);
  }

  #resend(token: AccessToken, held: HeldResponse): void {
    held.drop();
    const again = new AuthorizedDispatch(this.#dispatch, this.#options, this.#handler, this.#authorization);
    again.#isCounted = this.#isCounted;
    this.#isCounted = false;
    this.#authorization.publishResend();
    again.#send(token);
  }

  /** From here on the call needs no token any more. */
  #settle(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#authorization.calls.end();
  }

  /** Ends a request that was never sent; no controller of undici's exists for it. */
  #fail(error: Error): void {
    this.#settle();
    this.#handler.onResponseError?.(
      { aborted: true, paused: false, reason: error, abort() {}, pause() {}, resume() {} },
      error,
    );
  }
}

/** An answer that its caller has not seen yet, and may never see. */
class HeldResponse {
  readonly #start: ResponseStart;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #dropped = false;
  #trailers: IncomingHttpHeaders | undefined;
  #error: Error | undefined;
  /** The caller gave up while the answer was held: nothing may follow. */
  aborted = false;

  constructor(start: ResponseStart) {
    this.#start = start;
  }

  get #controller(): Controller {
    return this.#start[0];
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (!this.#dropped) this.#chunks.push(chunk);
    if (this.#bytes > MAX_DRAINED_BYTES) this.#stop();
  }

  end(trailers: IncomingHttpHeaders): void {
    this.#trailers = trailers;
  }

  break(error: Error): void {
    this.#error = error;
  }

  /** Notes that the caller aborted; false when the connection broke by itself. */
  abort(controller: Controller): boolean {
    this.aborted = controller.aborted && !this.#dropped;
    return this.aborted;
  }

  /** Gives the caller everything held back; what still comes goes to the caller directly. */
  release(handler: Handler): void {
    handler.onResponseStart?.(...this.#start);
    for (const chunk of this.#chunks) handler.onResponseData?.(this.#controller, chunk);
    if (this.#trailers !== undefined) handler.onResponseEnd?.(this.#controller, this.#trailers);
    else if (this.#error !== undefined) handler.onResponseError?.(this.#controller, this.#error);
    else if (this.#bytes > MAX_DRAINED_BYTES) this.#controller.resume();
  }

  /** The caller gets another answer: reads this one away, so that its connection serves again, if it is short. */
  drop(): void {
    this.#dropped = true;
    this.#chunks.length = 0;
    if (this.#bytes > MAX_DRAINED_BYTES) this.#stop();
  }

  /** Too long: waits for what is decided, and gives the connection up once that is a re-send. */
  #stop(): void {
    if (!this.#dropped) this.#controller.pause();
    else this.#controller.abort(new Error("the rest of the rejected answer is not needed"));
  }
}

/** The handlers of undici 6 and 7, and so those of Node's own fetch, have other methods: they would never be told. */
function assertHandler(handler: Handler): void {
  if (typeof handler.onRequestStart === "function" || typeof handler.onResponseError === "function") return;
  throw invalidOption(
    "dispatcher",
    "takes calls of undici 8 only: import fetch or request from that package",
  );
}

/** Adds the field to headers in any of the forms that undici takes. */
function addAuthorization(headers: Dispatcher.DispatchOptions["headers"], value: string): UndiciHeaders {
  if (headers === null || headers === undefined) return { authorization: value };
  if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) assertNoAuthorization(headers[i] as string);
    return [...headers, "authorization", value];
  }
  const fields =
    Symbol.iterator in headers ? Object.fromEntries(headers as Iterable<[string, string]>) : headers;
  for (const name of Object.keys(fields)) assertNoAuthorization(name);
  return { ...fields, authorization: value };
}
