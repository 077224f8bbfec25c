import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { AccessToken } from "./access-token.ts";
import type { AnswerHeaders, Attempt, Authorization, Verdict } from "./authorization.ts";
import { addCredentials, assertNoCredentials } from "./dispatch-headers.ts";
import type { ResendReason } from "./events.ts";
import { failDispatch } from "./failed-dispatch.ts";
import { Call } from "./interceptor/call.ts";
import { assertHandler, buildRedirectRefusal } from "./interceptor/compatibility.ts";
import { HeldResponse, type ResponseStart } from "./interceptor/held-response.ts";
import { isReplayable, openBody } from "./replayable-body.ts";
import type { TokenRequest } from "./token-client.ts";
import { type CertifiedOptions, certificateOption } from "./transport.ts";
import { abortable } from "./waiting.ts";

export type { AuthorizedDispatchOptions } from "./interceptor/call.ts";

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;

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
      return new AuthorizedDispatch(route, new Call(options, origin, handler)).start();
    };
  };
}

/** Where the calls through an interceptor go, and with whose token. */
interface Route {
  readonly dispatch: Dispatcher["dispatch"];
  readonly authorization: Authorization;
}

/**
 * One request and, if its token or its proof is rejected, its re-send.
 *
 * A 401 is held back while another token is had: then either the request is dispatched again, or the held answer is
 * given to the caller whole. What is held is read away once another answer takes its place.
 */
class AuthorizedDispatch implements Handler {
  readonly #route: Route;
  readonly #call: Call;
  /** What is under way; none where a redirect led: another origin may answer, whose 401 says nothing of our token. */
  #attempt: Attempt | undefined;
  #held: HeldResponse | undefined;
  /** Why the caller gave up while it had no controller but that of an answer since dropped. */
  #abandoned: { readonly reason: unknown } | undefined;
  #isCounted = false;

  constructor(route: Route, call: Call) {
    this.#route = route;
    this.#call = call;
  }

  start(): boolean {
    try {
      this.#route.authorization.calls.begin();
      this.#isCounted = true;
      assertNoCredentials(this.#call.headers);
      const request = this.#route.authorization.findRequest(this.#call, this.#call.options.token);
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
    const token = this.#route.authorization.findToken(request, this.#call);
    if (!(token instanceof Promise)) return this.#sendFirst(request, token);
    token.then((token) => this.#sendFirst(request, token)).catch((error: unknown) => this.#fail(error));
    return true;
  }

  #sendFirst(request: TokenRequest, token: AccessToken): boolean {
    return this.#send(this.#route.authorization.begin(request, token, this.#call.origin));
  }

  #send(unproven: Attempt): boolean {
    const attempt = this.#route.authorization.prove(unproven, this.#call);
    this.#attempt = attempt;
    const jwt = attempt.proof?.jwt;
    if (!(jwt instanceof Promise)) return this.#sendProven(attempt, jwt);
    abortable(jwt, this.#call.signal)
      .then((jwt) => this.#sendProven(attempt, jwt))
      .catch((error: unknown) => this.#fail(error));
    return true;
  }

  #sendProven({ token, request }: Attempt, proof: string | undefined): boolean {
    const { origin, options: given } = this.#call;
    const headers = addCredentials(this.#call.headers, AccessToken.authorizationOf(token), proof);
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
    this.#call.inContext(() => {
      this.#route.authorization
        .retry(attempt, reason, this.#call)
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
    const again = new AuthorizedDispatch(this.#route, this.#call);
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

  #fail(reason: unknown): void {
    this.#settle();
    failDispatch(this.#call.handler, reason);
  }
}
