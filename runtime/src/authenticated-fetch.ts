import { type Dispatcher, fetch as undiciFetch } from "undici";
import { authorizationOf } from "./access-token.ts";
import { bindDispatcher } from "./authenticated-fetch/bound-dispatcher.ts";
import {
  type AuthenticatedRequestInit,
  type NormalizedRequest,
  normalizeRequest,
  type SentRequest,
} from "./authenticated-fetch/normalized-request.ts";
import type { Attempt, Authorization, Verdict } from "./authorization.ts";
import { assertNoCredentials } from "./dispatch-headers.ts";
import { drain } from "./draining.ts";
import { copyCause } from "./errors.ts";
import { discardBody, isReplayable, openBody } from "./replayable-body.ts";

export {
  type AuthenticatedRequestInit,
  ReplayableRequest,
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
  async function exchange({ token: overrides, ...request }: NormalizedRequest): Promise<Response> {
    const { url, method = "GET", headers, body } = request;
    authorization.assertAllowed(url);
    for (const name of headers.keys()) assertNoCredentials(name);
    const describe = () => ({ method, url: url.href, headers: new Headers(headers) });
    const asked = await authorization.findRequest(describe, overrides, request);
    const token = await authorization.findToken(asked, request);
    let attempt = authorization.begin(asked, token, url.origin);
    for (;;) {
      const { response, sent } = await send(request, attempt);
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
    const challenge = headers.get("www-authenticate") ?? undefined;
    return authorization.judge(attempt, status, { "www-authenticate": challenge });
  }

  async function send({ url, body, ...init }: SentRequest, attempt: Attempt) {
    let sent = attempt;
    const dispatcher = bindDispatcher(options.dispatcher, attempt, {
      authorization,
      signal: init.signal,
      onProof(proven) {
        sent = proven;
      },
    });
    const headers = [...init.headers, ["authorization", authorizationOf(attempt.token)]];
    const request: object = { ...init, headers, body: openBody(body), dispatcher };
    try {
      // undici's Response is that of the platform in all but its class.
      return { response: (await undiciFetch(url, request)) as unknown as Response, sent };
    } catch (error) {
      if (error instanceof TypeError && error.cause !== undefined) error.cause = copyCause(error.cause);
      throw error;
    }
  }

  return (input, init = {}) =>
    authorization.calls.during(async () => {
      const request = normalizeRequest(input, init, options.baseUrl);
      return await exchange(request).catch((error: unknown) => {
        discardBody(request.body);
        throw error;
      });
    });
}
