import type { Dispatcher } from "undici";
import { AccessToken } from "../access-token.ts";
import type { Attempt, Authorization } from "../authorization.ts";
import { flattenHeaders } from "../dispatch-headers.ts";
import { certificateOption } from "../transport.ts";
import { abortable } from "../waiting.ts";

/** An attempt under way. */
export interface Exchange {
  /** With the proof of the last request, once there is one: redirects lead to others. */
  attempt: Attempt;
}

export interface BindingOptions {
  readonly authorization: Authorization;
  readonly signal: AbortSignal | undefined;
}

/**
 * Adds what goes with a token that is bound to a key or to a certificate.
 *
 * That depends on the URL, which a redirect changes: so it is done below fetch, for each request that still has the
 * token.
 */
export function bindDispatcher(
  dispatcher: Dispatcher,
  exchange: Exchange,
  { authorization, signal }: BindingOptions,
): Dispatcher {
  const { attempt } = exchange;
  const { dpop, tls } = attempt.request.client;
  if (dpop === undefined && tls === undefined) return dispatcher;
  return dispatcher.compose((dispatch) => (given, handler) => {
    const headers = flattenHeaders(given.headers);
    if (!headers.includes(AccessToken.authorizationOf(attempt.token))) return dispatch(given, handler);
    const origin = String(given.origin);
    const certified = { ...given, [certificateOption]: tls && { certificate: tls, origin } };
    const proven = authorization.prove(attempt, { method: given.method, url: origin + given.path });
    if (proven.proof === undefined) return dispatch(certified, handler);
    exchange.attempt = proven;
    const observed = observe(handler, (status, headers) => authorization.learn(proven, status, headers));
    const { jwt } = proven.proof;
    const send = (jwt: string) => dispatch({ ...certified, headers: [...headers, "dpop", jwt] }, observed);
    if (!(jwt instanceof Promise)) return send(jwt);
    abortable(jwt, signal)
      .then(send)
      .catch((error: Error) => handler.onResponseError?.(null as never, error));
    return true;
  });
}

type OnAnswer = (status: number, headers: Record<string, string | string[] | undefined>) => void;

/** Sees each answer: fetch shows none of those that redirect. */
function observe(handler: Dispatcher.DispatchHandler, onAnswer: OnAnswer): Dispatcher.DispatchHandler {
  const observed: Dispatcher.DispatchHandler = Object.create(handler); // fetch's, which has nothing private.
  observed.onResponseStart = (...start) => {
    const [, status, headers] = start;
    onAnswer(status, headers);
    handler.onResponseStart?.apply(observed, start);
  };
  return observed;
}
