import { type Dispatcher, fetch as undiciFetch } from "undici";
import { AccessToken } from "./access-token.ts";
import { type BindingOptions, bindDispatcher } from "./authenticated-fetch/bound-dispatcher.ts";
import {
  type AuthenticatedRequestInit,
  type FetchBase,
  NormalizedRequest,
} from "./authenticated-fetch/normalized-request.ts";
import type { Attempt, Authorization, Verdict } from "./authorization.ts";
import { drain } from "./draining.ts";
import { copyCause } from "./errors.ts";
import type { ResendReason } from "./events.ts";
import { discardBody, isReplayable } from "./replayable-body.ts";

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
  const base = options.baseUrl === undefined ? undefined : readBase(options.baseUrl);

  function send(request: NormalizedRequest, attempt: Attempt, onProof: BindingOptions["onProof"]) {
    const { signal } = request;
    const dispatcher = bindDispatcher(options.dispatcher, attempt, { authorization, signal, onProof });
    const init = request.openInit(AccessToken.authorizationOf(attempt.token), dispatcher);
    // undici's Response is that of the platform in all but its class.
    return undiciFetch(request.url, init) as Promise<unknown> as Promise<Response>;
  }

  function judge(attempt: Attempt, response: Response): Verdict {
    // Where redirects led, another origin may have answered, which got no token.
    if (response.redirected) return "final";
    const { status } = response;
    const challenge = status === 401 ? response.headers.get("www-authenticate") : null;
    return authorization.judge(attempt, status, { "www-authenticate": challenge ?? undefined });
  }

  /** Prepares another attempt, if there can be one. */
  async function retry(attempt: Attempt, reason: ResendReason, request: NormalizedRequest) {
    if (isReplayable(request.body)) return authorization.retry(attempt, reason, request);
    authorization.giveUp(attempt, reason);
    return undefined;
  }

  return async (input, init = {}) => {
    authorization.calls.begin();
    let request: NormalizedRequest | undefined;
    try {
      request = new NormalizedRequest(input, init, base);
      const { origin, signal } = request;
      authorization.assertAllowed(origin);
      request.assertNoCredentials();
      // Not awaited where there is nothing to wait for, which is almost always.
      const finding = authorization.findRequest(request, request.token);
      const asked = finding instanceof Promise ? await finding : finding;
      const obtaining = authorization.findToken(asked, request);
      const token = obtaining instanceof Promise ? await obtaining : obtaining;
      let attempt = authorization.begin(asked, token, origin);
      for (;;) {
        // Outside of the try: what a body's function throws is the caller's own.
        const sending = send(request, attempt, (proven) => {
          attempt = proven;
        });
        let response: Response;
        try {
          response = await sending;
        } catch (error) {
          throw withSafeCause(error, signal);
        }
        const verdict = judge(attempt, response);
        if (verdict === "final") return response;
        const next = await retry(attempt, verdict, request);
        if (next === undefined) return response;
        drain(response);
        authorization.publishResend(verdict);
        attempt = next;
      }
    } catch (error) {
      discardBody(request?.body);
      throw error;
    } finally {
      authorization.calls.end();
    }
  };
}

function readBase(baseUrl: string | URL): FetchBase {
  const { origin, href } = new URL(baseUrl);
  return { origin, href };
}

/** What undici's fetch rejects with is its own, but for what went wrong below it, and for the reason of an abort. */
function withSafeCause(error: unknown, signal: AbortSignal | undefined): unknown {
  const isOwn = error instanceof TypeError && error.cause !== undefined && error !== signal?.reason;
  if (isOwn) error.cause = copyCause(error.cause);
  return error;
}
