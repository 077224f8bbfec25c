import { type Dispatcher, fetch as undiciFetch } from "undici";
import { AccessToken } from "./access-token.ts";
import { type BindingOptions, bindDispatcher } from "./authenticated-fetch/bound-dispatcher.ts";
import {
  type AuthenticatedRequestInit,
  type NormalizedRequest,
  normalizeRequest,
} from "./authenticated-fetch/normalized-request.ts";
import type { Attempt, Authorization, Verdict } from "./authorization.ts";
import { assertNoCredentials } from "./dispatch-headers.ts";
import { drain } from "./draining.ts";
import { copyCause } from "./errors.ts";
import { discardBody, isReplayable, openBody } from "./replayable-body.ts";

export {
  type AuthenticatedRequestInit,
  getReplayableRequest,
} from "./authenticated-fetch/normalized-request.ts";

/** WHATWG fetch with a token: a drop-in for libraries that take a `fetch`. */
export type AuthenticatedFetch = (
  input: string | URL | Request,
  init?: AuthenticatedRequestInit,
) => Promise<Response>;

export interface AuthenticatedFetchOptions {
  /** Relative URLs resolve against it. */
  readonly baseUrl: string | URL | undefined;
  readonly dispatcher: Dispatcher;
}

/**
 * Wraps undici's fetch: a token goes with each request, and a request whose token is rejected is sent once more.
 *
 * Redirects are returned, not followed, unless the request says `redirect: "follow"`, as a `Request` does by itself;
 * then another origin does not get the token. Rejects with the bare {@link TokenError} when there is no token, with
 * `signal.reason` on abort.
 */
export function createAuthenticatedFetch(
  authorization: Authorization,
  options: AuthenticatedFetchOptions,
): AuthenticatedFetch {
  const baseUrl = options.baseUrl?.toString();

  async function exchange(request: NormalizedRequest): Promise<Response> {
    const { url, method = "GET", headers, body, token: overrides } = request;
    const { origin } = url;
    authorization.assertAllowed(origin);
    for (const name of Object.keys(headers)) assertNoCredentials(name);
    const describe = () => ({ method, url: url.href, headers: new Headers(headers) });
    const caller = { describe, signal: request.signal };
    // Not awaited where there is nothing to wait for, which is almost always.
    const finding = authorization.findRequest(caller, overrides);
    const asked = finding instanceof Promise ? await finding : finding;
    const obtaining = authorization.findToken(asked, request);
    const token = obtaining instanceof Promise ? await obtaining : obtaining;
    let attempt = authorization.begin(asked, token, origin);
    for (;;) {
      let sent = attempt;
      const sending = send(request, attempt, (proven) => {
        sent = proven;
      });
      let response: Response;
      try {
        response = await sending;
      } catch (error) {
        throw withSafeCause(error, request.signal);
      }
      // Where redirects led, another origin may have answered, which got no token.
      const verdict = response.redirected ? "final" : judge(sent, response);
      if (verdict === "final") return response;
      if (!isReplayable(body)) {
        authorization.giveUp(sent, verdict);
        return response;
      }
      const next = await authorization.retry(sent, verdict, request);
      if (next === undefined) return response;
      drain(response);
      authorization.publishResend(verdict);
      attempt = next;
    }
  }

  function judge(attempt: Attempt, { status, headers }: Response): Verdict {
    const challenge = status === 401 ? headers.get("www-authenticate") : null;
    return authorization.judge(attempt, status, { "www-authenticate": challenge ?? undefined });
  }

  /** What is ours in a normalized request means nothing to undici. */
  function send(request: NormalizedRequest, attempt: Attempt, onProof: BindingOptions["onProof"]) {
    const { url, body, signal } = request;
    const dispatcher = bindDispatcher(options.dispatcher, attempt, { authorization, signal, onProof });
    const headers = { ...request.headers, authorization: AccessToken.authorizationOf(attempt.token) };
    const init: object = { ...request, headers, body: openBody(body), dispatcher };
    // undici's Response is that of the platform in all but its class.
    return undiciFetch(url, init) as Promise<unknown> as Promise<Response>;
  }

  return async (input, init = {}) => {
    authorization.calls.begin();
    let request: NormalizedRequest | undefined;
    try {
      request = normalizeRequest(input, init, baseUrl);
      return await exchange(request);
    } catch (error) {
      discardBody(request?.body);
      throw error;
    } finally {
      authorization.calls.end();
    }
  };
}

/** What undici's fetch rejects with is its own, but for what went wrong below it, and for the reason of an abort. */
function withSafeCause(error: unknown, signal: AbortSignal | undefined): unknown {
  const isOwn = error instanceof TypeError && error.cause !== undefined && error !== signal?.reason;
  if (isOwn) error.cause = copyCause(error.cause);
  return error;
}
