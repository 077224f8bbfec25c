import { type Dispatcher, FormData } from "undici";
import type { Caller } from "../authorization.ts";
import { assertNotCredential } from "../dispatch-headers.ts";
import { invalidOption } from "../errors.ts";
import { isFormData, isReplayable, openBody } from "../replayable-body.ts";
import type { TokenParameters } from "../token-parameters.ts";

/** The second argument of a fetch with tokens: that of fetch, and what is asked of the token. */
export interface AuthenticatedRequestInit extends Omit<RequestInit, "body" | "dispatcher"> {
  /** As of fetch; a function returns a stream of its own for each attempt. */
  readonly body?: RequestInit["body"] | (() => NonNullable<RequestInit["body"]>);
  /** Overrides for this call's token. */
  readonly token?: TokenParameters;
}

/** Where a {@link getReplayableRequest | replayable request} keeps what it was made of. */
const source = Symbol("source");

interface RequestSource {
  readonly body: unknown;
  /** Its own, when nobody can abort it: a `Request` has a signal in any case, and to follow it costs 6 % of a call. */
  readonly idleSignal: AbortSignal | undefined;
}

let ReplayableRequest: typeof Request | undefined;

/**
 * A class of `Request`s that remember their body, for libraries that build one before they call fetch. A plain
 * `Request` turns every body into a stream, which can be sent only once.
 *
 * Made when it is first needed: Node.js loads its own fetch as soon as `Request` is named, which takes as long
 * as loading all of this library.
 */
export function getReplayableRequest(): typeof Request {
  const PlainRequest = Request;
  ReplayableRequest ??= class extends PlainRequest {
    readonly [source]: RequestSource;

    constructor(input: string | URL | Request, init?: RequestInit) {
      super(input, init);
      const isAbortable = init?.signal != null || isRequest(input);
      this[source] = { body: init?.body, idleSignal: isAbortable ? undefined : this.signal };
    }

    /** openapi-fetch takes from a middleware only what is of this class, but `new Request(request)` makes a plain one. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof PlainRequest;
    }
  };
  return ReplayableRequest;
}

/** Where relative URLs begin. */
export interface FetchBase {
  readonly origin: string;
  readonly href: string;
}

/** The second argument of undici's fetch, as far as it is ours to fill. */
interface UndiciInit {
  method?: string;
  signal?: AbortSignal;
  readonly redirect: Request["redirect"];
  /** As an object, which undici's fetch reads faster than `Headers`. */
  readonly headers: Record<string, string>;
  body: unknown;
  dispatcher: Dispatcher | undefined;
  duplex?: "half";
}

/** What of a request matters to undici's fetch. */
const MEMBERS = ["method", "redirect", "integrity", "keepalive", "referrer", "referrerPolicy"] as const;

type Members = { [name in (typeof MEMBERS)[number]]?: unknown } & { signal?: AbortSignal };

/**
 * A call of the fetch in one form for all inputs: the global Request, Headers and FormData are not those of undici, which
 * refuses them.
 */
export class NormalizedRequest implements Caller {
  /** Absolute, but as it was given: undici's fetch parses it. */
  readonly url: string;
  readonly origin: string;
  /** Overrides for this call's token. */
  readonly token: TokenParameters | undefined;
  readonly body: unknown;
  readonly #init: UndiciInit;

  constructor(input: string | URL | Request, init: AuthenticatedRequestInit, base: FetchBase | undefined) {
    const given = isRequest(input) ? input : undefined;
    const { url, origin } = resolveUrl(String(given?.url ?? input), base);
    const body = readBody(init) ?? readBody(given);
    const headers = readHeaders(init.headers ?? given?.headers);
    this.url = url;
    this.origin = origin;
    this.token = init.token ?? undefined;
    this.body = toUndici(body);
    this.#init = { redirect: "manual", headers, body: undefined, dispatcher: undefined };
    if (given !== undefined) pickMembers(given, this.#init);
    pickMembers(init, this.#init);
    // A Request's content type has the boundary of its own stream; the form is written anew, with another.
    if (isFormData(body) && (given !== undefined || isRequest(init))) deleteHeader(headers, "content-type");
    // A stream needs to be announced (Fetch §5.4).
    if (typeof body === "function" || !isReplayable(body)) this.#init.duplex = "half";
  }

  get signal(): AbortSignal | undefined {
    return this.#init.signal;
  }

  /** Before the first attempt, from which on the headers have the token. */
  describe(): ReturnType<Caller["describe"]> {
    const { method = "GET", headers } = this.#init;
    return { method, url: new URL(this.url).href, headers: new Headers(headers) };
  }

  /** @throws {TypeError} `ERR_INVALID_OPTION` when it brings what the token client sets */
  assertNoCredentials(): void {
    for (const name of Object.keys(this.#init.headers)) assertNotCredential(name);
  }

  /**
   * What undici's fetch is given for one attempt. All attempts share one object: fetch has read it by the time it
   * returns.
   */
  openInit(authorization: string, dispatcher: Dispatcher): object {
    const init = this.#init;
    init.headers["authorization"] = authorization;
    init.body = openBody(this.body);
    init.dispatcher = dispatcher;
    return init;
  }
}

/**
 * Nothing that follows an origin and its slash can change that origin, so that most URLs need no parsing here, which
 * takes more than a microsecond: undici's fetch does it anyway. Of what begins with a slash, the parser removes tabs and
 * line ends first, and then two slashes lead to another host.
 */
function resolveUrl(url: string, base: FetchBase | undefined): Pick<NormalizedRequest, "url" | "origin"> {
  if (base !== undefined) {
    const { origin } = base;
    if (/^\/(?![/\\\t\n\r])/.test(url)) return { url: origin + url, origin };
    if (url.startsWith(origin) && url[origin.length] === "/") return { url, origin };
  }
  const resolved = URL.parse(url, base?.href);
  if (resolved !== null) return { url: resolved.href, origin: resolved.origin };
  throw invalidOption("fetch: the URL", "must be absolute, or relative to the baseUrl of this fetch");
}

/** A copy; names as they are given, which those of `Headers` are in lower case. */
function readHeaders(headers: AuthenticatedRequestInit["headers"]): Record<string, string> {
  if (headers === undefined) return {};
  if (!(Symbol.iterator in headers)) return { ...(headers as Record<string, string>) };
  return Object.fromEntries(isHeaders(headers) ? (headers as Headers) : new Headers(headers as Headers));
}

/** @param name - in lower case */
function deleteHeader(headers: Record<string, string>, name: string): void {
  for (const given of Object.keys(headers)) if (given.toLowerCase() === name) delete headers[given];
}

/** Own or not: an init may be a Request, or an object with getters. Null is fetch's word for none. */
function pickMembers(init: AuthenticatedRequestInit | Request, picked: Members): void {
  for (const name of MEMBERS) {
    const value = init[name];
    if (value !== undefined && value !== null) picked[name] = value;
  }
  const { signal } = init;
  const isIdle = signal === undefined || signal === null || signal === sourceOf(init)?.idleSignal;
  if (!isIdle) picked.signal = signal;
}

function readBody(init: AuthenticatedRequestInit | Request | undefined): unknown {
  return sourceOf(init)?.body ?? init?.body ?? undefined;
}

/** Of the request itself: a copy of its properties has the symbol, too, and may have another body. */
function sourceOf(init: unknown): RequestSource | undefined {
  return isRequest(init) ? (init as { readonly [source]?: RequestSource })[source] : undefined;
}

function isHeaders(headers: unknown): boolean {
  return Object(headers)[Symbol.toStringTag] === "Headers";
}

function isRequest(input: unknown): input is Request {
  return typeof input === "object" && Object(input)[Symbol.toStringTag] === "Request";
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
