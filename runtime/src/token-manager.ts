import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { AccessToken } from "./access-token.ts";
import { type AuthenticatedFetch, createAuthenticatedFetch } from "./authenticated-fetch.ts";
import { Authorization } from "./authorization.ts";
import { invalidOption, TokenError } from "./errors.ts";
import { InFlight } from "./in-flight.ts";
import { createInterceptor } from "./interceptor.ts";
import { parseOrigins } from "./origin.ts";
import { TokenCache, type TokenCacheOptions } from "./token-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
  type TokenClient,
  type TokenRequest,
} from "./token-client.ts";
import { rememberFailures } from "./token-failures.ts";
import type { TokenParameters } from "./token-parameters.ts";
import { createTokenRequester } from "./token-request.ts";
import { TokenSource } from "./token-source.ts";

export interface TokenManagerOptions<Names extends string> {
  /** Definitions by name; a generated `tokenClients()` makes them from the mapping and credentials. */
  readonly clients: Readonly<Record<Names, TokenClient>>;
  readonly cache?: TokenCacheOptions;
  /**
   * undici dispatcher for everything that has none of its own. Default: an Agent of the manager, which heeds
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
   */
  readonly dispatcher?: Dispatcher;
  /** Clock, epoch ms: rules caching and lifetimes. Default `Date.now`. */
  readonly now?: () => number;
}

/** Where a client's token may go, and what is asked for. */
export interface InterceptorOptions {
  readonly baseUrl?: string | URL;
  readonly allowedOrigins?: readonly (string | URL)[];
  /** Overrides for every call made through this. */
  readonly token?: TokenParameters;
}

export interface FetchOptions extends InterceptorOptions {
  readonly dispatcher?: Dispatcher;
}

/**
 * Gives the named token clients' tokens to whoever calls APIs: to generated clients, as a fetch, as an undici
 * interceptor, or by hand. All of them share one cache and one request per token.
 */
export interface TokenManager<in Names extends string = string> extends AsyncDisposable {
  /**
   * Returns a token that is fresh: cached, or requested now.
   *
   * @param options - overrides, and a signal that ends this caller's wait alone
   * @throws {TokenError} when there is none to be had; `ERR_TOKEN_CLIENT_UNKNOWN` when the name is not defined
   */
  getAccessToken(
    name: Names,
    options?: TokenParameters & { readonly signal?: AbortSignal },
  ): Promise<AccessToken>;

  /**
   * Creates a fetch that sends the client's token to its base URL's origin and the allowed ones, and nowhere else.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` without `baseUrl` and `allowedOrigins`
   */
  fetch(name: Names, options: FetchOptions): AuthenticatedFetch;

  /**
   * Creates an undici interceptor that sends the client's token with requests to the given origins; requests to
   * others pass without.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` without `baseUrl` and `allowedOrigins`
   */
  interceptor(name: Names, options: InterceptorOptions): Dispatcher.DispatcherComposeInterceptor;

  /** Drops every cached token of the client, or with parameters just that one: the next call asks. */
  invalidate(name: Names, parameters?: TokenParameters): void;

  /** What calls go through that bring no dispatcher of their own. */
  readonly dispatcher: Dispatcher;

  /**
   * Lets nothing new begin, waits for token requests and until calls under way are answered, then closes the
   * manager's Agent, which waits for their bodies. A given dispatcher stays open.
   */
  close(): Promise<void>;
}

/**
 * Creates a token manager. Requests nothing yet.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for a definition that breaks a rule, naming client, option and rule
 */
export function createTokenManager<Names extends string>(
  options: TokenManagerOptions<Names>,
): TokenManager<Names> {
  const { now = Date.now } = options;
  const requests = buildRequests(options.clients);
  const dispatcher = options.dispatcher ?? createAgent();
  const requestToken = rememberFailures(createTokenRequester({ dispatcher, now }), { now });
  const source = new TokenSource({ cache: new TokenCache(options.cache), requestToken, now });
  const calls = new InFlight();

  function authorize(
    name: string,
    { baseUrl, allowedOrigins, token }: InterceptorOptions = {},
  ): Authorization {
    const origins = parseOrigins(baseUrl, allowedOrigins);
    const request = overrideTokenRequest(findRequest(requests, name), token);
    return new Authorization({ request, source, origins, calls, now });
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await calls.close();
    if (options.dispatcher === undefined) closing ??= dispatcher.close();
    await closing;
  }

  return Object.freeze({
    async getAccessToken(name: Names, overrides?: TokenParameters & { readonly signal?: AbortSignal }) {
      calls.begin();
      try {
        const request = overrideTokenRequest(findRequest(requests, name), overrides);
        return await source.get(request, overrides?.signal);
      } finally {
        calls.end();
      }
    },
    fetch: (name: Names, given: FetchOptions) =>
      createAuthenticatedFetch(authorize(name, given), {
        baseUrl: given.baseUrl,
        dispatcher: given.dispatcher ?? dispatcher,
      }),
    interceptor: (name: Names, given: InterceptorOptions) => createInterceptor(authorize(name, given)),
    invalidate(name: Names, parameters?: TokenParameters) {
      const request = findRequest(requests, name);
      if (parameters === undefined) source.invalidateClient(name);
      else source.invalidate(overrideTokenRequest(request, parameters));
    },
    dispatcher,
    close,
    [Symbol.asyncDispose]: close,
    // Requests under way, in the depths of the dispatcher, have tokens on them.
    [Symbol.for("nodejs.util.inspect.custom")]: () => `TokenManager { ${[...requests.keys()].join(", ")} }`,
  });
}

function buildRequests(given: Readonly<Record<string, TokenClient>>): ReadonlyMap<string, TokenRequest> {
  const entries = Object.entries(given);
  if (entries.length === 0) throw invalidOption("clients", "must define at least one token client");
  return new Map(entries.map(([name, client]) => [name, buildTokenRequest(defineTokenClient(name, client))]));
}

function findRequest(requests: ReadonlyMap<string, TokenRequest>, name: string): TokenRequest {
  const request = requests.get(name);
  if (request !== undefined) return request;
  const known = [...requests.keys()].join(", ");
  throw new TokenError("ERR_TOKEN_CLIENT_UNKNOWN", `is not defined; defined: ${known}`, { client: name });
}

/** EnvHttpProxyAgent looks the origin up on each call: only where the environment names a proxy. */
function createAgent(): Dispatcher {
  const { env } = process;
  const proxied = env["HTTPS_PROXY"] || env["https_proxy"] || env["HTTP_PROXY"] || env["http_proxy"];
  if (!proxied) return new Agent();
  // Plain http is let through to loopback since it stays on this host: a proxy would carry it elsewhere.
  const noProxy = `${env["no_proxy"] ?? env["NO_PROXY"] ?? ""},localhost,127.0.0.1,[::1]`;
  return new EnvHttpProxyAgent({ noProxy });
}
