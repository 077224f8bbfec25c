import type { Dispatcher } from "undici";
import type { AccessToken } from "./access-token.ts";
import { type AuthenticatedFetch, createAuthenticatedFetch } from "./authenticated-fetch.ts";
import { Authorization, type TokenParametersHook } from "./authorization.ts";
import { createClock } from "./clock.ts";
import { DpopProver } from "./dpop.ts";
import { invalidOption } from "./errors.ts";
import { createInterceptor } from "./interceptor.ts";
import { OpenCalls } from "./open-calls.ts";
import { parseOrigins } from "./origin.ts";
import { RenewalBackOff } from "./renewal-back-off.ts";
import { ServerClocks } from "./server-clocks.ts";
import type { TokenStoreOptions } from "./shared-tokens.ts";
import { TokenCache, type TokenCacheOptions } from "./token-cache.ts";
import { overrideTokenRequest, type TokenClient, type TokenRequest } from "./token-client.ts";
import {
  defineTokenClients,
  resolveTokenClients,
  type TokenClientResolver,
  type TokenDefinitions,
} from "./token-definitions.ts";
import { TokenFailures } from "./token-failures.ts";
import { createSource } from "./token-manager/source.ts";
import { mergeGrant, type TokenParameters } from "./token-parameters.ts";
import { createTokenRequester } from "./token-request.ts";
import { createTransport } from "./transport.ts";

/** What `createTokenManager` makes a manager of. */
export interface TokenManagerOptions<Names extends string> {
  /**
   * Definitions by name; a generated `tokenClients()` makes them from the mapping and credentials. Or a function that
   * gives the definition of a name when it is needed: for tenants by the thousand, and secrets that rotate.
   */
  readonly clients: NamedTokenClients<Names> | TokenClientResolver;
  /** How long a definition that a function gave is kept; default 60,000; 0 has it asked for with each call. */
  readonly definitionTtlMs?: number;
  readonly cache?: TokenCacheOptions & TokenStoreOptions;
  /**
   * Called for each call that is to carry a token, before one is looked for: what it returns is laid over what the
   * call would ask for, below what the call itself says. Not called by `getAccessToken`.
   */
  readonly tokenParameters?: TokenParametersHook;
  /**
   * undici dispatcher for everything that has none of its own, but for clients with `tls`, which connect by
   * themselves. Default: an Agent of the manager, which heeds `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
   */
  readonly dispatcher?: Dispatcher;
  /** Clock, epoch ms: rules caching and lifetimes. Default the machine's. */
  readonly now?: () => number;
}

/** Not a function, which would fit a record without names. */
type NamedTokenClients<Names extends string> = Readonly<Record<Names, TokenClient>> & {
  readonly [Symbol.hasInstance]?: never;
};

/** Overrides, and a signal that ends this caller's wait alone. */
export interface AccessTokenOptions extends TokenParameters {
  readonly signal?: AbortSignal;
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
   * @throws {TokenError} when there is none to be had; `ERR_TOKEN_CLIENT_UNKNOWN` when the name is not defined
   */
  getAccessToken(name: Names, options?: AccessTokenOptions): Promise<AccessToken>;

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

  /**
   * Drops every cached token of the client, or with parameters just that one, and forgets what failed of it: the next
   * call asks, unless the authorization server is in trouble. A definition that a function gave is asked for anew, too.
   */
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
export function createTokenManager<Names extends string = string>(
  options: Omit<TokenManagerOptions<Names>, "clients"> & { readonly clients: TokenClientResolver },
): TokenManager<Names>;
export function createTokenManager<Names extends string>(
  options: TokenManagerOptions<Names>,
): TokenManager<Names>;
export function createTokenManager<Names extends string>(
  options: TokenManagerOptions<Names>,
): TokenManager<Names> {
  assertOptions(options);
  const { now = createClock(), tokenParameters } = options;
  const cache = new TokenCache(options.cache);
  const definitions = createDefinitions(options, now, (name) => source.dropClient(name));
  const transport = createTransport(options.dispatcher);
  const { forTokens: dispatcherOf, forCalls: dispatcher } = transport;
  const clocks = new ServerClocks(options.cache?.max);
  const prover = new DpopProver(clocks, options.cache?.max);
  const requester = createTokenRequester({ dispatcherOf, clocks, prover, now });
  const failures = new TokenFailures(requester, { now, max: options.cache?.max });
  const requestToken = failures.request.bind(failures);
  const source = createSource(options.cache, { cache, requestToken, now });
  const calls = new OpenCalls();
  const backOff = new RenewalBackOff(now, options.cache?.max);
  const surroundings = { definitions, tokenParameters, source, clocks, backOff, calls, now };
  const apiProver = new DpopProver(clocks, options.cache?.max);

  function authorize(name: string, given: InterceptorOptions = {}): Authorization {
    const { baseUrl, allowedOrigins, token } = given;
    const origins = parseOrigins(baseUrl, allowedOrigins);
    definitions.assertKnown(name);
    if (token !== undefined) mergeGrant(token); // Says now what else every call would say.
    return new Authorization({ ...surroundings, name, token, origins, prover: apiProver });
  }

  /** Neither async nor with a closure: what is cached costs no more than the promise of it. */
  function getAccessToken(name: Names, overrides?: AccessTokenOptions): Promise<AccessToken> {
    const found = overrides === undefined && calls.isOpen ? definitions.peek(name) : undefined;
    const cached = found && source.peek(found);
    return cached === undefined ? obtain(name, overrides, found) : Promise.resolve(cached);
  }

  /** @param missed - what no fresh token is cached for */
  async function obtain(
    name: string,
    overrides: AccessTokenOptions | undefined,
    missed: TokenRequest | undefined,
  ): Promise<AccessToken> {
    calls.begin();
    try {
      if (missed !== undefined) return await source.obtain(missed);
      const signal = overrides?.signal;
      const found = await definitions.find(name, signal);
      return await source.get(overrideTokenRequest(found, overrides), signal);
    } finally {
      calls.end();
    }
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await calls.close();
    await source.close();
    closing ??= transport.close();
    await closing;
  }

  return Object.freeze({
    getAccessToken,
    fetch: (name: Names, given: FetchOptions) =>
      createAuthenticatedFetch(authorize(name, given), {
        baseUrl: given.baseUrl,
        dispatcher: given.dispatcher ?? dispatcher,
      }),
    interceptor: (name: Names, given: InterceptorOptions) => createInterceptor(authorize(name, given)),
    invalidate(name: Names, parameters?: TokenParameters) {
      definitions.assertKnown(name);
      const found = definitions.peek(name);
      // Of a definition that is not at hand, which of the tokens is meant can't be told: all of them, then.
      if (parameters === undefined || found === undefined) {
        source.invalidateClient(name);
        failures.forgetClient(name);
      }
      // The client's own, too, though no process that runs may have had it: one that ended may have shared it.
      if (found !== undefined) {
        const request = overrideTokenRequest(found, parameters);
        source.invalidate(request);
        failures.forget(request);
      }
      definitions.forget(name);
    },
    dispatcher,
    close,
    [Symbol.asyncDispose]: close,
    // Requests under way, in the depths of the dispatcher, have tokens on them.
    [Symbol.for("nodejs.util.inspect.custom")]: () => `TokenManager { ${definitions.names.join(", ")} }`,
  });
}

/** What a compiler would say. */
function assertOptions(options: Partial<TokenManagerOptions<string>> | undefined): void {
  const { clients, tokenParameters, now } = options ?? {};
  if (clients === null || (typeof clients !== "object" && typeof clients !== "function")) {
    throw invalidOption("clients", "must be token clients by name, or a function that gives them");
  }
  for (const [name, value] of Object.entries({ tokenParameters, now })) {
    if (value !== undefined && typeof value !== "function") throw invalidOption(name, "must be a function");
  }
}

function createDefinitions(
  { clients, definitionTtlMs = 60_000, cache }: TokenManagerOptions<string>,
  now: () => number,
  onChange: (name: string) => void,
): TokenDefinitions {
  if (typeof clients !== "function") return defineTokenClients(clients);
  if (!(definitionTtlMs >= 0)) throw invalidOption("definitionTtlMs", "must be a number of at least 0");
  return resolveTokenClients(clients, { max: cache?.max ?? 1000, ttlMs: definitionTtlMs, now, onChange });
}
