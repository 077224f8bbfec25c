import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type AccessToken, authorizationOf } from "./access-token.ts";
import { type Authorization, assertNoAuthorization } from "./authorization.ts";
import { rejectsToken } from "./challenge.ts";
import { invalidOption } from "./errors.ts";
import { HeldResponse, type ResponseStart } from "./interceptor/held-response.ts";
import { isReplayable, openBody } from "./replayable-body.ts";
import type { TokenParameters } from "./token-parameters.ts";

type Dispatch = Dispatcher["dispatch"];
type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
/** Name, value, name, value. */
type FlatHeaders = readonly string[];

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
  /** The token of a re-send. */
  #renewed: AccessToken | undefined;
  #held: HeldResponse | undefined;
  #headers: FlatHeaders = [];
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
      this.#headers = flatten(this.#options.headers);
      const { token: overrides } = this.#options;
      const cached = this.#authorization.peekToken(overrides);
      if (cached !== undefined) return this.#sendFirst(cached);
      this.#authorization
        .obtainToken(overrides, toAbortSignal(this.#options.signal))
        .then((token) => this.#sendFirst(token))
        .catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  onRequestStart(controller: Controller, context: { readonly history?: readonly URL[] } | null): void {
    // Where a redirect led, another origin may answer, which got no token: its 401 says nothing of ours.
    if (context?.history?.length) this.#token = undefined;
    this.#handler.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(...upgrade: Parameters<NonNullable<Handler["onRequestUpgrade"]>>): void {
    this.#settle();
    this.#handler.onRequestUpgrade?.(...upgrade);
  }

  onResponseStart(...start: ResponseStart): void {
    const [, status, headers] = start;
    const isRejected = status === 401 && rejectsToken(headers["www-authenticate"]);
    if (status >= 200) this.#authorization.noteAnswer(isRejected, this.#renewed);
    if (isRejected && this.#token !== undefined) {
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
    if (this.#held === undefined) {
      this.#settle();
      this.#handler.onResponseError?.(controller, error);
    } else if (controller.aborted) {
      this.#held.abort(error);
    } else {
      this.#held.break(error);
    }
  }

  #sendFirst(token: AccessToken): boolean {
    this.#token = token;
    return this.#send(token);
  }

  #send(token: AccessToken): boolean {
    const headers = addAuthorization(this.#headers, authorizationOf(token));
    const body = openBody(this.#options.body) as Dispatcher.DispatchOptions["body"] & {};
    return this.#dispatch({ ...this.#options, headers, body }, this);
  }

  #hold(rejected: AccessToken, start: ResponseStart): void {
    const held = new HeldResponse(start, (reason) => this.#fail(reason));
    this.#held = held;
    this.#authorization
      .replaceRejected(rejected, this.#options.token, toAbortSignal(this.#options.signal))
      .then((token) => {
        if (held.isAborted) return;
        if (token === undefined) this.#release(held);
        else this.#resend(token, held);
      })
      .catch((error: unknown) => held.abort(error));
  }

  #release(held: HeldResponse): void {
    this.#held = undefined;
    this.#settle();
    held.release(this.#handler);
  }

  #resend(token: AccessToken, held: HeldResponse): void {
    held.drop();
    const again = new AuthorizedDispatch(this.#dispatch, this.#options, this.#handler, this.#authorization);
    again.#headers = this.#headers;
    again.#renewed = token;
    again.#isCounted = true; // In place of this one, which ends with its held answer.
    this.#authorization.publishResend();
    try {
      again.#send(token);
    } catch (error) {
      again.#fail(error);
    }
  }

  /** From here on the call needs no token any more. */
  #settle(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#authorization.calls.end();
  }

  /** Ends a request that is not under way, so that there is no controller of undici's for it. */
  #fail(reason: unknown): void {
    this.#settle();
    // undici takes a falsy error for none.
    const error = reason instanceof Error ? reason : new Error("aborted", { cause: reason });
    const controller = { aborted: true, paused: false, reason: error, abort() {}, pause() {}, resume() {} };
    this.#handler.onResponseError?.(controller, (reason || error) as Error);
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

/** Of the signals that undici takes, event emitters are its own business: it heeds them once the request starts. */
function toAbortSignal(signal: unknown): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}

/** Headers in the flat form that undici takes, so that an iterator is read only once. */
function flatten(headers: Dispatcher.DispatchOptions["headers"]): FlatHeaders {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers)) return headers;
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers);
  return [...(entries as Iterable<[string, string]>)].filter(([, value]) => value !== undefined).flat();
}

function addAuthorization(headers: FlatHeaders, value: string): string[] {
  for (let i = 0; i < headers.length; i += 2) assertNoAuthorization(headers[i] as string);
  return [...headers, "authorization", value];
}
