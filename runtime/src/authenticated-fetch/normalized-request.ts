import { FormData } from "undici";
import { invalidOption } from "../errors.ts";
import { isFormData, isReplayable } from "../replayable-body.ts";
import type { TokenParameters } from "../token-parameters.ts";

/** The second argument of a fetch with tokens: that of fetch, and what is asked of the token. */
export interface AuthenticatedRequestInit extends Omit<RequestInit, "body" | "dispatcher"> {
  /** As of fetch; a function returns a stream of its own for each attempt. */
  readonly body?: RequestInit["body"] | (() => NonNullable<RequestInit["body"]>);
  /** Overrides for this call's token. */
  readonly token?: TokenParameters;
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

/** A request in the one form that undici's fetch takes, without what is ours. */
export interface SentRequest extends Omit<AuthenticatedRequestInit, "body" | "headers" | "signal" | "token"> {
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface NormalizedRequest extends SentRequest {
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
export function normalizeRequest(
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
