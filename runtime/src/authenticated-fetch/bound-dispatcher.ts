import type { Dispatcher } from "undici";
import { AccessToken } from "../access-token.ts";
import type { Attempt, Authorization } from "../authorization.ts";
import { flattenHeaders } from "../dispatch-headers.ts";
import { failDispatch } from "../failed-dispatch.ts";
import { certificateOption } from "../transport.ts";
import { abortable } from "../waiting.ts";

export interface BindingOptions {
  readonly authorization: Authorization;
  readonly signal: AbortSignal | undefined;
  /** Told of the attempt with its proof, for each request that redirects lead to. */
  readonly onProof: (proven: Attempt) => void;
}

/**
 * Adds what goes with a token that is bound to a key or to a certificate.
 *
 * That depends on the URL, which a redirect changes: so it is done below fetch, for each request that still has the
 * token.
 */
export function bindDispatcher(
  dispatcher: Dispatcher,
  attempt: Attempt,
  { authorization, signal, onProof }: BindingOptions,
): Dispatcher {
  const { dpop, tls } = attempt.request.client;
  if (dpop === undefined && tls === undefined) return dispatcher;
  return dispatcher.compose((dispatch) => (given, handler) => {
    const headers = flattenHeaders(given.headers);
    if (!headers.includes(AccessToken.authorizationOf(attempt.token))) return dispatch(given, handler);
    const origin = String(given.origin);
    const certified = { ...given, [certificateOption]: tls && { certificate: tls, origin } };
    const proven = authorization.prove(attempt, { method: given.method, url: origin + given.path });
    if (proven.proof === undefined) return dispatch(certified, handler);
    onProof(proven);
    const observed = observe(handler, (status, headers) => authorization.learn(proven, status, headers));
    const { jwt } = proven.proof;
    const send = (jwt: string) => dispatch({ ...certified, headers: [...headers, "dpop", jwt] }, observed);
    if (!(jwt instanceof Promise)) return send(jwt);
    abortable(jwt, signal)
      .then(send)
      .catch((error: unknown) => failDispatch(handler, error));
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
