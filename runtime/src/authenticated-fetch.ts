import { type Dispatcher, FormData, fetch as undiciFetch } from "undici";
import { authorizationOf } from "./access-token.ts";
import {
  type Attempt,
  type Authorization,
  MAX_DRAINED_BYTES,
  MAX_DRAINING_MS,
  type Verdict,
} from "./authorization.ts";
import { assertNoCredentials, flattenHeaders } from "./dispatch-headers.ts";
import { copyCause, invalidOption } from "./errors.ts";
import { abortable } from "./flight.ts";
import { discardBody, isFormData, isReplayable, openBody } from "./replayable-body.ts";
import type { TokenParameters } from "./token-parameters.ts";
import { certificateOption } from "./transport.ts";

export interface AuthenticatedRequestInit extends Omit<RequestInit, "body" | "dispatcher"> {
  /** As of fetch; a function returns a stream of its own for each attempt. */
  readonly body?: RequestInit["body"] | (() => NonNullable<RequestInit["body"]>);
  /** Overrides for this call's token. */
  readonly token?: TokenParameters;
}

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

/** Where {@link ReplayableRequest} keeps what its body was made of. */
const source = Symbol("body");

/**
 * A `Request` that remembers its body, for libraries that build one before they call fetch. A plain `Request`
 * turns every body into a stream, which can be sent only once.
 */
export class ReplayableRequest extends Request {
  readonly [source]: unknown;

  constructor(input: string | URL | Request, init?: RequestInit) {
    super(input, init);
    this[source] = init?.body;
  }
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
    const { url, method = "GET", headers, body, signal } = request;
    authorization.assertAllowed(url);
    for (const name of headers.keys()) assertNoCredentials(name);
    const describe = () => ({ method, url: url.href, headers: new Headers(headers) });
    const asked = await authorization.resolve(describe, overrides, signal);
    const token = authorization.peekToken(asked) ?? (await authorization.obtainToken(asked, signal));
    let attempt = authorization.begin(asked, token, url.origin);
    for (;;) {
      const response = await send(request, attempt);
      // Where redirects led, another origin may have answered, which got no token.
      const verdict = response.redirected ? "final" : judge(attempt, response);
      if (verdict === "final") return response;
      if (!isReplayable(body)) {
        authorization.giveUp(attempt, verdict);
        return response;
      }
      const next = await authorization.retry(attempt, verdict, signal);
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

  async function send({ url, body, ...init }: SentRequest, attempt: Attempt): Promise<Response> {
    const headers = [...init.headers, ["authorization", authorizationOf(attempt.token)]];
    const dispatcher = complete(attempt, init.signal);
    const sent: object = { ...init, headers, body: openBody(body), dispatcher };
    try {
      // undici's Response is that of the platform in all but its class.
      return (await undiciFetch(url, sent)) as unknown as Response;
    } catch (error) {
      if (error instanceof TypeError && error.cause !== undefined) error.cause = copyCause(error.cause);
      throw error;
    }
  }

  /**
   * What goes with a token that is bound to a key or a certificate depends on the URL, which a redirect changes: it
   * is added below fetch, to each request that still has the token.
   */
  function complete(attempt: Attempt, signal: AbortSignal | undefined): Dispatcher {
    const { dpop, tls } = attempt.request.client;
    const { dispatcher } = options;
    if (dpop === undefined && tls === undefined) return dispatcher;
    return dispatcher.compose((dispatch) => (given, handler) => {
      const headers = flattenHeaders(given.headers);
      if (!headers.includes(authorizationOf(attempt.token))) return dispatch(given, handler);
      const certified = {
        ...given,
        [certificateOption]: tls && { certificate: tls, origin: String(given.origin) },
      };
      const jwt = authorization.prove(attempt, given.method, `${given.origin}${given.path}`);
      if (jwt === undefined) return dispatch(certified, handler);
      const observed = observe(handler, attempt);
      const sendProven = (jwt: string) =>
        dispatch({ ...certified, headers: [...headers, "dpop", jwt] }, observed);
      if (!(jwt instanceof Promise)) return sendProven(jwt);
      abortable(jwt, signal)
        .then(sendProven)
        .catch((error: Error) => handler.onResponseError?.(null as never, error));
      return true;
    });
  }

  /** Learns from each answer: fetch shows none of those that redirect. */
  function observe(handler: Dispatcher.DispatchHandler, attempt: Attempt): Dispatcher.DispatchHandler {
    const observed: Dispatcher.DispatchHandler = Object.create(handler); // fetch's, which has nothing private.
    observed.onResponseStart = (...start) => {
      const [, status, headers] = start;
      authorization.learn(attempt, status, headers);
      handler.onResponseStart?.apply(observed, start);
    };
    return observed;
  }

  return (input, init = {}) =>
    authorization.calls.during(async () => {
      const request = normalize(input, init, options.baseUrl);
      return await exchange(request).catch((error: unknown) => {
        discardBody(request.body);
        throw error;
      });
    });
}

interface SentRequest extends Omit<AuthenticatedRequestInit, "body" | "headers" | "signal" | "token"> {
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

interface NormalizedRequest extends SentRequest {
  readonly token?: TokenParameters;
}

/** What of a request matters to undici's fetch. */
const MEMBERS = [
  "method",
  "redirect",
  "signal",
  "integrity",
  "keepalive",
  "referrer",
  "referrerPolicy",
] as const;

/** One form for all inputs: the global Request, Headers and FormData are not those of undici, which refuses them. */
function normalize(
  input: string | URL | Request,
  init: AuthenticatedRequestInit,
  baseUrl: string | URL | undefined,
): NormalizedRequest {
  const base = isRequest(input) ? input : undefined;
  const members = { redirect: "manual" as const, ...pickMembers(base), ...pickMembers(init) };
  const body = readBody(init as Request) ?? readBody(base);
  const headers = new Headers(init.headers ?? base?.headers);
  // A Request's content type has the boundary of its own stream; the form is written anew, with another.
  if (isFormData(body) && (base !== undefined || isRequest(init))) headers.delete("content-type");
  const isStream = typeof body === "function" || !isReplayable(body);
  return {
    ...members,
    ...(init.token && { token: init.token }),
    ...(isStream && { duplex: "half" }), // A stream needs to be announced (Fetch §5.4).
    url: resolveUrl(base?.url ?? (input as string | URL), baseUrl),
    headers,
    body: toUndici(body),
  };
}

function resolveUrl(url: string | URL, baseUrl: string | URL | undefined): URL {
  if (URL.canParse(String(url), baseUrl?.toString())) return new URL(url, baseUrl);
  throw invalidOption("fetch: the URL", "must be absolute, or relative to the baseUrl of this fetch");
}

/** Own or not: an init may be a Request, or an object with getters. Null is fetch's word for none. */
function pickMembers(init: AuthenticatedRequestInit | Request | undefined): object {
  const members = MEMBERS.map((name) => [name, init?.[name]] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
}

function readBody(init: Partial<ReplayableRequest> | undefined): unknown {
  return init?.[source] ?? init?.body ?? undefined;
}

function isRequest(input: unknown): input is Request {
  return Object(input)[Symbol.toStringTag] === "Request";
}

function toUndici(body: unknown): unknown {
  if (!isFormData(body) || body instanceof FormData) return body;
  const form = new FormData();
  for (const [name, value] of body) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

/** Reads an unwanted answer away in the background, so that its connection serves again, if that is soon done. */
function drain(response: Response): void {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const giveUp = () => reader.cancel();
  const read = async () => {
    const timer = setTimeout(giveUp, MAX_DRAINING_MS);
    for (let bytes = 0; bytes <= MAX_DRAINED_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
    }
    clearTimeout(timer);
    await giveUp();
  };
  read().catch(() => {}); // The answer is not wanted, and neither is its failure.
}
