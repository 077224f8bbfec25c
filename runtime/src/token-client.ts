import type { Dispatcher } from "undici";
import { type ClientAuthentication, none } from "./client-authentication.ts";
import { invalidOption } from "./errors.ts";
import { parseSecureUrl } from "./origin.ts";
import { buildCacheKey, type Grant, mergeGrant, type TokenParameters } from "./token-parameters.ts";

/**
 * A named client of an authorization server, as its user writes it. Names are those of the RFCs, camelCased.
 */
export interface TokenClient extends Omit<TokenParameters, "clientAssertion" | "forceRenewal"> {
  /** Where tokens are requested. Either this or `issuer` is required; https, or http on loopback. */
  readonly tokenEndpoint?: string | URL;
  /**
   * Its token endpoint is found by discovery (RFC 8414, OpenID Connect) where none is given. A string, since issuers
   * are compared character by character (RFC 8414 §3.3).
   */
  readonly issuer?: string;
  readonly clientId: string;
  /** Default: none, that is only `client_id` is sent. */
  readonly clientAuthentication?: ClientAuthentication;
  /** undici dispatcher for requests to the authorization server (proxy, custom CA). */
  readonly dispatcher?: Dispatcher;
  /** A token is renewed this long before it expires, but never earlier than in the last fifth of its life; default 60. */
  readonly expiryMarginSeconds?: number;
  /** Lifetime of a token whose response does not tell; default 300. */
  readonly defaultLifetimeSeconds?: number;
  /** Bounds a request for a token as a whole; default 10,000. */
  readonly requestTimeoutMs?: number;
}

/** The part of a definition that may be committed: no credentials. */
export type TokenClientMapping = Pick<
  TokenClient,
  "tokenEndpoint" | "issuer" | "scope" | "resource" | "audience" | "parameters"
>;

/** What is added to the mapping at run time; anything given here replaces the mapping's value. */
export type TokenClientCredentials = Partial<TokenClient> & Pick<TokenClient, "clientId">;

/** A definition after validation: every default filled in, frozen. */
export interface DefinedTokenClient {
  readonly name: string;
  readonly tokenEndpoint: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly dispatcher: Dispatcher | undefined;
  readonly expiryMarginMs: number;
  readonly defaultLifetimeMs: number;
  readonly requestTimeoutMs: number;
  /** What makes this client's tokens differ from another's, before scopes and the like. */
  readonly fingerprint: string;
  readonly defaultRequest: TokenRequest;
}

/** One token to be had: from which client, with which parameters, cached under which key. */
export interface TokenRequest {
  readonly client: DefinedTokenClient;
  readonly grant: Grant;
  readonly key: string;
}

/**
 * Validates a definition and fills in its defaults.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming client, option and rule
 */
export function defineTokenClient(name: string, given: TokenClient): DefinedTokenClient {
  const option = (key: keyof TokenClient) => `token client "${name}": ${key}`;
  if (given.tokenEndpoint === undefined && given.issuer === undefined) {
    throw invalidOption(option("tokenEndpoint"), "or issuer is required");
  }
  if (typeof given.clientId !== "string" || given.clientId === "") {
    throw invalidOption(option("clientId"), "is required (is its variable set?)");
  }
  const { tokenEndpoint, issuer, clientId, clientAuthentication = none() } = given;
  if (tokenEndpoint !== undefined) parseSecureUrl(tokenEndpoint, option("tokenEndpoint"));
  if (issuer !== undefined) parseSecureUrl(issuer, option("issuer"));
  const identity = { name, tokenEndpoint: tokenEndpoint?.toString(), issuer, clientId };
  const fingerprint = JSON.stringify([identity, clientAuthentication.method]);
  const grant = mergeGrant(given, undefined, `token client "${name}": `);
  const client: DefinedTokenClient = Object.freeze({
    ...identity,
    clientAuthentication,
    dispatcher: given.dispatcher,
    expiryMarginMs: 1000 * duration(given.expiryMarginSeconds ?? 60, option("expiryMarginSeconds")),
    defaultLifetimeMs: 1000 * duration(given.defaultLifetimeSeconds ?? 300, option("defaultLifetimeSeconds")),
    requestTimeoutMs: timeout(given.requestTimeoutMs ?? 10_000, option("requestTimeoutMs")),
    fingerprint,
    get defaultRequest() {
      return defaultRequest;
    },
  });
  const defaultRequest = Object.freeze({ client, grant, key: buildCacheKey(fingerprint, grant) });
  return client;
}

/** The token of a client with these overrides; without any, the same object every time. */
export function buildTokenRequest(client: DefinedTokenClient, overrides?: TokenParameters): TokenRequest {
  if (overrides === undefined) return client.defaultRequest;
  const grant = mergeGrant(overrides, client.defaultRequest.grant);
  return { client, grant, key: buildCacheKey(client.fingerprint, grant) };
}

/**
 * Returns the function that a generated `token-clients.ts` exports: it lays credentials over the mapping.
 *
 * A subset of the names is fine. A given `tokenEndpoint` or `issuer` replaces the mapping's pair as one; undefined
 * counts as not given.
 */
export function bindTokenClients<Name extends string>(mapping: Readonly<Record<Name, TokenClientMapping>>) {
  return <Given extends Name>(
    credentials: Readonly<Record<Given, TokenClientCredentials>>,
  ): Record<Given, TokenClient> => {
    const merged = Object.entries<TokenClientCredentials>(credentials).map(([name, credentials]) => {
      if (!Object.hasOwn(mapping, name)) {
        const known = Object.keys(mapping).join(", ");
        throw invalidOption(`token client "${name}"`, `is not in the mapping, which has: ${known}`);
      }
      const { tokenEndpoint, issuer, ...mapped } = mapping[name as Given];
      const given = omitUndefined(credentials);
      const replaced = given.tokenEndpoint !== undefined || given.issuer !== undefined;
      const server = replaced ? {} : { ...(tokenEndpoint && { tokenEndpoint }), ...(issuer && { issuer }) };
      return [name, { ...mapped, ...server, ...given }];
    });
    return Object.fromEntries(merged);
  };
}

function omitUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function duration(value: number, option: string): number {
  if (!Number.isFinite(value) || value < 0) throw invalidOption(option, "must be a number of at least 0");
  return value;
}

/** Timers take no fraction, and end at once beyond 31 bits. */
function timeout(value: number, option: string): number {
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 31) {
    throw invalidOption(option, "must be a whole number from 1 to 2147483647");
  }
  return value;
}
