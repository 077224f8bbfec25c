import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { AccessToken } from "./access-token.ts";
import { type AuthenticatedFetch, createAuthenticatedFetch } from "./authenticated-fetch.ts";
import { Authorization } from "./authorization.ts";
import { invalidOption, TokenError } from "./errors.ts";
import { createInterceptor } from "./interceptor.ts";
import { parseOrigins } from "./origin.ts";
import { TokenCache, type TokenCacheOptions } from "./token-cache.ts";
import {
  buildTokenRequest,
  type DefinedTokenClient,
  defineTokenClient,
  type TokenClient,
} from "./token-client.ts";
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
export interface AuthorizedCallOptions {
  readonly baseUrl?: string | URL;
  readonly allowedOrigins?: readonly (string | URL)[];
  /** Overrides for every call made through this. */
  readonly token?: TokenParameters;
}

export interface NamedFetchOptions extends AuthorizedCallOptions {
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
  fetch(name: Names, options: NamedFetchOptions): AuthenticatedFetch;

  /**
   * Creates an undici interceptor that sends the client's token with requests to the given origins; requests to
   * others pass without.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` without `baseUrl` and `allowedOrigins`
   */
  interceptor(name: Names, options: AuthorizedCallOptions): Dispatcher.DispatcherComposeInterceptor;

  /** Drops every cached token of the client, or with parameters just that one: the next call asks. */
  invalidate(name: Names, parameters?: TokenParameters): void;

  /** What calls go through that bring no dispatcher of their own. */
  readonly dispatcher: Dispatcher;

  /** Waits for token requests and calls under way, then closes the manager's Agent; a given dispatcher stays open. */
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
  const clients = defineClients(options.clients);
  const dispatcher = options.dispatcher ?? createAgent();
  const source = new TokenSource({
    cache: new TokenCache(options.cache),
    requestToken: createTokenRequester({ dispatcher, now }),
    now,
  });

  function authorize(name: string, { baseUrl, allowedOrigins, token }: AuthorizedCallOptions): Authorization {
    return new Authorization({
      client: findClient(clients, name),
      source,
      origins: parseOrigins(baseUrl, allowedOrigins),
      token,
    });
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await source.settled();
    if (options.dispatcher === undefined) closing ??= dispatcher.close();
    await closing;
  }

  return Object.freeze({
    async getAccessToken(
      name: Names,
      { signal, ...overrides }: TokenParameters & { signal?: AbortSignal } = {},
    ) {
      const { forceRenewal, ...parameters } = overrides;
      const given = Object.keys(parameters).length > 0 ? parameters : undefined;
      const request = buildTokenRequest(findClient(clients, name), given);
      return forceRenewal === true ? source.renew(request, signal) : source.get(request, signal);
    },
    fetch: (name: Names, given: NamedFetchOptions) =>
      createAuthenticatedFetch(authorize(name, given), {
        baseUrl: given.baseUrl,
        dispatcher: given.dispatcher ?? dispatcher,
      }),
    interceptor: (name: Names, given: AuthorizedCallOptions) => createInterceptor(authorize(name, given)),
    invalidate(name: Names, parameters?: TokenParameters) {
      const client = findClient(clients, name);
      if (parameters === undefined) source.invalidateClient(client.name);
      else source.invalidate(buildTokenRequest(client, parameters));
    },
    dispatcher,
    close,
    [Symbol.asyncDispose]: close,
  });
}

function defineClients(
  given: Readonly<Record<string, TokenClient>>,
): ReadonlyMap<string, DefinedTokenClient> {
  const entries = Object.entries(given);
  if (entries.length === 0) throw invalidOption("clients", "must define at least one token client");
  return new Map(entries.map(([name, client]) => [name, defineTokenClient(name, client)]));
}

function findClient(clients: ReadonlyMap<string, DefinedTokenClient>, name: string): DefinedTokenClient {
  const client = clients.get(name);
  if (client !== undefined) return client;
  const known = [...clients.keys()].join(", ");
  throw new TokenError("ERR_TOKEN_CLIENT_UNKNOWN", `no token client of this name; defined: ${known}`, {
    client: name,
  });
}

/** EnvHttpProxyAgent looks the origin up on each call: only where the environment names a proxy. */
function createAgent(): Dispatcher {
  const { env } = process;
  const proxied = env["HTTPS_PROXY"] || env["https_proxy"] || env["HTTP_PROXY"] || env["http_proxy"];
  return proxied ? new EnvHttpProxyAgent() : new Agent();
}
