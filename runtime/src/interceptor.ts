import type { IncomingHttpHeaders } from "node:http";
import { stringify } from "node:querystring";
import type { Dispatcher } from "undici";
import { AccessToken } from "./access-token.ts";
import type { AnswerHeaders, Attempt, Authorization, Caller, Verdict } from "./authorization.ts";
import {
  addCredentials,
  assertNoneOfCredentials,
  type FlatHeaders,
  flattenHeaders,
  readHeaders,
} from "./dispatch-headers.ts";
import type { ResendReason } from "./events.ts";
import { type CallContext, openCallContext } from "./interceptor/call-context.ts";
import { assertHandler, buildRedirectRefusal, toAbortSignal } from "./interceptor/compatibility.ts";
import { HeldResponse, type ResponseStart } from "./interceptor/held-response.ts";
import { isReplayable, openBody } from "./replayable-body.ts";
import type { TokenRequest } from "./token-client.ts";
import type { TokenParameters } from "./token-parameters.ts";
import { type CertifiedOptions, certificateOption } from "./transport.ts";
import { abortable } from "./waiting.ts";

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;

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
  return (dispatch) => {
    const route = { dispatch, authorization };
    return (options, handler) => {
      assertHandler(handler);
      const origin = authorization.findOrigin(options.origin);
      if (origin === undefined) return dispatch(options, handler);
      return new AuthorizedDispatch(route, { options, origin, handler }).start();
    };
  };
}

/** Where the calls through an interceptor go, and with whose token. */
interface Route {
  readonly dispatch: Dispatcher["dispatch"];
  readonly authorization: Authorization;
}

/** What the user dispatched. */
interface Call {
  readonly options: AuthorizedDispatchOptions;
  /** As a URL has it. */
  readonly origin: string;
  readonly handler: Handler;
}

/**
 * One request and, if its token or its proof is rejected, its re-send.
 *
 * A 401 is held back while another token is had: then either the request is dispatched again, or the held answer is
 * given to the caller whole. What is held is read away once another answer takes its place.
 */
class AuthorizedDispatch implements Handler, Caller {
  readonly #route: Route;
  readonly #call: Call;
  readonly #headers: FlatHeaders;
  /** What is under way; none where a redirect led: another origin may answer, whose 401 says nothing of our token. */
  #attempt: Attempt | undefined;
  #held: HeldResponse | undefined;
  /** Why the caller gave up while it had no controller but that of an answer since dropped. */
  #abandoned: { readonly reason: unknown } | undefined;
  #isCounted = false;
  readonly #inContext: CallContext;

  /** @param first - what this is the re-send of: an iterator of headers is read only once */
  constructor(route: Route, call: Call, first?: AuthorizedDispatch) {
    this.#route = route;
    this.#call = call;
    this.#headers = first === undefined ? flattenHeaders(call.options.headers) : first.#headers;
    this.#inContext = first === undefined ? openCallContext() : first.#inContext;
  }

  get signal(): AbortSignal | undefined {
    return toAbortSignal(this.#call.options.signal);
  }

  describe() {
    const { method, query } = this.#call.options;
    const search = query === undefined ? "" : `?${stringify(query)}`; // As undici writes it.
    return { method, url: this.#url + search, headers: readHeaders(this.#headers) };
  }

  start(): boolean {
    try {
      this.#route.authorization.calls.begin();
      this.#isCounted = true;
      assertNoneOfCredentials(this.#headers);
      const request = this.#route.authorization.findRequest(this, this.#call.options.token);
      if (!(request instanceof Promise)) return this.#begin(request);
      request.then((request) => this.#begin(request)).catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  onRequestStart(controller: Controller, context: { readonly history?: readonly URL[] } | null): void {
    const isRedirected = context?.history !== undefined && context.history.length > 0;
    if (this.#abandoned !== undefined) controller.abort(this.#abandoned.reason as Error);
    else if (isRedirected && this.#attempt?.proof !== undefined) controller.abort(buildRedirectRefusal());
    else this.#call.handler.onRequestStart?.(controller, context);
    if (isRedirected) this.#attempt = undefined;
  }

  onRequestUpgrade(...upgrade: Parameters<NonNullable<Handler["onRequestUpgrade"]>>): void {
    this.#settle();
    this.#call.handler.onRequestUpgrade?.(...upgrade);
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders, text?: string): void {
    const attempt = this.#attempt;
    const verdict = attempt === undefined ? "final" : this.#judge(attempt, status, headers);
    if (attempt !== undefined && verdict !== "final") {
      if (isReplayable(this.#call.options.body)) {
        this.#hold(attempt, verdict, [controller, status, headers, text]);
        return;
      }
      this.#route.authorization.giveUp(attempt, verdict);
    }
    if (status >= 200) this.#settle();
    this.#call.handler.onResponseStart?.(controller, status, headers, text);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#held === undefined) this.#call.handler.onResponseData?.(controller, chunk);
    else this.#held.add(chunk);
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#held === undefined) this.#call.handler.onResponseEnd?.(controller, trailers);
    else this.#held.end(trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    if (this.#held === undefined) {
      this.#settle();
      this.#call.handler.onResponseError?.(controller, error);
    } else if (controller.aborted) {
      this.#held.abort(error);
    } else {
      this.#held.break(error);
    }
  }

  #begin(request: TokenRequest): boolean {
    const { authorization } = this.#route;
    const send = (token: AccessToken) => this.#send(authorization.begin(request, token, this.#call.origin));
    const token = authorization.findToken(request, this);
    if (!(token instanceof Promise)) return send(token);
    token.then(send).catch((error: unknown) => this.#fail(error));
    return true;
  }

  #send(unproven: Attempt): boolean {
    const attempt = this.#route.authorization.prove(unproven, this.#call.options.method, this.#url);
    this.#attempt = attempt;
    const jwt = attempt.proof?.jwt;
    if (!(jwt instanceof Promise)) return this.#sendProven(attempt, jwt);
    abortable(jwt, this.signal)
      .then((jwt) => this.#sendProven(attempt, jwt))
      .catch((error: unknown) => this.#fail(error));
    return true;
  }

  #sendProven({ token, request }: Attempt, proof: string | undefined): boolean {
    const { origin, options: given } = this.#call;
    const headers = addCredentials(this.#headers, AccessToken.authorizationOf(token), proof);
    const body = openBody(given.body) as Dispatcher.DispatchOptions["body"] & {};
    const options: CertifiedOptions = { ...given, origin, headers, body };
    const { tls } = request.client;
    if (tls !== undefined) options[certificateOption] = { certificate: tls, origin };
    return this.#route.dispatch(options, this);
  }

  #judge(attempt: Attempt, status: number, headers: AnswerHeaders): Verdict {
    this.#route.authorization.learn(attempt, status, headers);
    return this.#route.authorization.judge(attempt, status, headers);
  }

  #hold(attempt: Attempt, reason: ResendReason, start: ResponseStart): void {
    const held = new HeldResponse(start, (reason) => this.#fail(reason));
    this.#held = held;
    this.#inContext(() => {
      this.#route.authorization
        .retry(attempt, reason, this)
        .then((next) => {
          if (held.isAborted) return;
          if (next === undefined) this.#release(held);
          else this.#resend(next, reason, held);
        })
        .catch((error: unknown) => held.abort(error));
    });
  }

  #release(held: HeldResponse): void {
    this.#held = undefined;
    this.#settle();
    held.release(this.#call.handler);
  }

  #resend(next: Attempt, reason: ResendReason, held: HeldResponse): void {
    const again = new AuthorizedDispatch(this.#route, this.#call, this);
    again.#isCounted = true; // In place of this one, which ends with its held answer.
    held.drop((reason) => {
      again.#abandoned = { reason };
    });
    this.#route.authorization.publishResend(reason);
    try {
      again.#send(next);
    } catch (error) {
      again.#fail(error);
    }
  }

  /** From here on the call needs no token any more. */
  #settle(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#route.authorization.calls.end();
  }

  /** Ends a request that is not under way, so that there is no controller of undici's for it. */
  #fail(reason: unknown): void {
    this.#settle();
    // undici takes a falsy error for none.
    const error = reason instanceof Error ? reason : new Error("aborted", { cause: reason });
    const controller = { aborted: true, paused: false, reason: error, abort() {}, pause() {}, resume() {} };
    this.#call.handler.onResponseError?.(controller, (reason || error) as Error);
  }

  get #url(): string {
    return this.#call.origin + this.#call.options.path;
  }
}
