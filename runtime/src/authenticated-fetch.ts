import { type Dispatcher, FormData, fetch as undiciFetch } from "undici";
import { type AccessToken, authorizationOf } from "./access-token.ts";
import { type Authorization, assertNoAuthorization, MAX_DRAINED_BYTES } from "./authorization.ts";
import { isFormData, isReplayable, openBody } from "./replayable-body.ts";
import type { TokenParameters } from "./token-parameters.ts";

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
 * Redirects are returned, not followed, unless the request says `redirect: "follow"`; then another origin does not
 * get the token. Rejects with the bare {@link TokenError} when there is no token, with `signal.reason` on abort.
 */
export function createAuthenticatedFetch(
  authorization: Authorization,
  options: AuthenticatedFetchOptions,
): AuthenticatedFetch {
  return async (input, init = {}) => {
    authorization.calls.begin();
    try {
      const { token: overrides, ...request } = normalize(input, init, options.baseUrl);
      authorization.assertAllowed(request.url);
      for (const name of new Headers(request.headers).keys()) assertNoAuthorization(name);
      const { body, signal } = request;
      const token = await authorization.getToken(overrides, signal);
      const response = await send(request, token, options.dispatcher);
      if (response.status !== 401 || isForeign(response, request.url)) return response;
      if (!isReplayable(body)) {
        authorization.discardRejected(token, overrides);
        return response;
      }
      const another = await authorization.replaceRejected(token, overrides, signal);
      if (another === undefined) return response;
      drain(response);
      authorization.publishResend();
      return await send(request, another, options.dispatcher);
    } finally {
      authorization.calls.end();
    }
  };
}

/** An answer of another origin, where a redirect led, says nothing of a token that did not go there. */
function isForeign(response: Response, url: URL): boolean {
  return response.redirected && new URL(response.url).origin !== url.origin;
}

function send(request: NormalizedRequest, token: AccessToken, dispatcher: Dispatcher): Promise<Response> {
  const { url, body, ...init } = request;
  const headers = new Headers(init.headers);
  headers.set("authorization", authorizationOf(token));
  const attempt: object = { ...init, headers: [...headers], body: openBody(body), dispatcher };
  // undici's Response is that of the platform in all but its class.
  return undiciFetch(url, attempt) as unknown as Promise<Response>;
}

interface NormalizedRequest extends Omit<AuthenticatedRequestInit, "body" | "signal"> {
  readonly url: URL;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** One form for all inputs: the global Request, Headers and FormData are not those of undici, which refuses them. */
function normalize(
  input: string | URL | Request,
  init: AuthenticatedRequestInit,
  baseUrl: string | URL | undefined,
): NormalizedRequest {
  const base = isRequest(input) ? readRequest(input) : { redirect: "manual" as const };
  const url = new URL(isRequest(input) ? input.url : input, baseUrl);
  // Null is fetch's word for none.
  const given = Object.fromEntries(
    Object.entries(init).filter(([, value]) => value !== undefined && value !== null),
  );
  const merged: NormalizedRequest = { ...base, ...given, url };
  const { body } = merged;
  const isStream = typeof body === "function" || !isReplayable(body);
  // A stream needs to be announced (Fetch §5.4).
  return { ...merged, body: toUndici(body), ...(isStream && { duplex: "half" }) };
}

function isRequest(input: unknown): input is Request {
  return Object(input)[Symbol.toStringTag] === "Request";
}

function readRequest(request: Request) {
  const { method, redirect, signal, integrity, keepalive, referrerPolicy } = request;
  const body = (request as ReplayableRequest)[source] ?? request.body ?? undefined;
  const headers = new Headers(request.headers);
  // It has the boundary of the Request's own stream; the form is written anew, with another.
  if (isFormData(body)) headers.delete("content-type");
  return { method, headers, redirect, signal, integrity, keepalive, referrerPolicy, body };
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

/** Reads an unwanted answer away in the background; a long one is given up. */
function drain(response: Response): void {
  const read = async () => {
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_DRAINED_BYTES) return; // Leaving the loop cancels the stream.
    }
  };
  read().catch(() => {}); // The answer is not wanted, and neither is its failure.
}
