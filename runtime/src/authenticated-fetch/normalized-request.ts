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

/** Where a {@link getReplayableRequest | replayable request} keeps what its body was made of. */
const source = Symbol("body");

let ReplayableRequest: typeof Request | undefined;

/**
 * A class of `Request`s that remember their body, for libraries that build one before they call fetch. A plain
 * `Request` turns every body into a stream, which can be sent only once.
 *
 * Made when it is first needed: Node.js loads its own fetch as soon as `Request` is named, which takes half as long as
 * all of this library.
 */
export function getReplayableRequest(): typeof Request {
  ReplayableRequest ??= class extends Request {
    readonly [source]: unknown;

    constructor(input: string | URL | Request, init?: RequestInit) {
      super(input, init);
      this[source] = init?.body;
    }

    /** What a middleware makes of such a request is a plain one. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Request;
    }
  };
  return ReplayableRequest;
}

/** A request in the one form that undici's fetch takes. */
export interface NormalizedRequest extends Omit<AuthenticatedRequestInit, "body" | "headers" | "signal"> {
  readonly url: URL;
  /** As an object, which undici's fetch reads faster than `Headers`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
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
  baseUrl: string | undefined,
): NormalizedRequest {
  const base = isRequest(input) ? input : undefined;
  const body = readBody(init as Request) ?? readBody(base);
  const headers = readHeaders(init.headers ?? base?.headers);
  // A Request's content type has the boundary of its own stream; the form is written anew, with another.
  if (isFormData(body) && (base !== undefined || isRequest(init))) deleteHeader(headers, "content-type");
  const url = resolveUrl(base?.url ?? (input as string | URL), baseUrl);
  const request = { redirect: "manual" as const, url, headers, body: toUndici(body) };
  if (base !== undefined) pickMembers(base, request);
  pickMembers(init, request);
  if (init.token) Object.assign(request, { token: init.token });
  // A stream needs to be announced (Fetch §5.4).
  if (typeof body === "function" || !isReplayable(body)) Object.assign(request, { duplex: "half" });
  return request;
}

function resolveUrl(url: string | URL, baseUrl: string | undefined): URL {
  const resolved = URL.parse(String(url), baseUrl);
  if (resolved !== null) return resolved;
  throw invalidOption("fetch: the URL", "must be absolute, or relative to the baseUrl of this fetch");
}

/** A copy; names as they are given, which those of `Headers` are in lower case. */
function readHeaders(headers: AuthenticatedRequestInit["headers"]): Record<string, string> {
  if (headers === undefined) return {};
  if (!(Symbol.iterator in headers)) return { ...(headers as Record<string, string>) };
  return Object.fromEntries(new Headers(headers as Headers));
}

/** @param name - in lower case */
function deleteHeader(headers: Record<string, string>, name: string): void {
  for (const given of Object.keys(headers)) if (given.toLowerCase() === name) delete headers[given];
}

/** Own or not: an init may be a Request, or an object with getters. Null is fetch's word for none. */
function pickMembers(init: AuthenticatedRequestInit | Request, picked: Record<string, unknown>): void {
  for (const name of MEMBERS) {
    const value = init[name];
    if (value !== undefined && value !== null) picked[name] = value;
  }
}

function readBody(init: { readonly [source]?: unknown; readonly body?: unknown } | undefined): unknown {
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
