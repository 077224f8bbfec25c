import type { Dispatcher } from "undici";
import { type ClientAuthentication, none } from "./client-authentication.ts";
import { invalidOption } from "./errors.ts";
import { parseEndpoint, parseIssuer } from "./origin.ts";
import { parseTimeoutMs } from "./timeout.ts";
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

/** Lays credentials over the mapping, for any subset of its names. */
export type TokenClientsFunction<Name extends string> = <Given extends Name>(
  credentials: Readonly<Record<Given, TokenClientCredentials>>,
) => Record<Given, TokenClient>;

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
  readonly grant: Grant;
}

/** One token to be had: from which client, with which parameters, cached under which key. */
export interface TokenRequest {
  readonly client: DefinedTokenClient;
  readonly grant: Grant;
  readonly key: string;
  /** Ask the authorization server although a token is cached. */
  readonly forceRenewal: boolean;
}

/**
 * Validates a definition and fills in its defaults.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming client, option and rule
 */
export function defineTokenClient(name: string, given: TokenClient): DefinedTokenClient {
  const context = `token client "${name}": `;
  const option = (key: keyof TokenClient) => context + key;
  if (typeof given !== "object" || given === null)
    throw invalidOption(`token client "${name}"`, "is not defined");
  if (given.tokenEndpoint === undefined && given.issuer === undefined) {
    throw invalidOption(option("tokenEndpoint"), "or issuer is required");
  }
  if (typeof given.clientId !== "string" || given.clientId === "") {
    throw invalidOption(option("clientId"), "is required (is its variable set?)");
  }
  const { tokenEndpoint, issuer, clientId, clientAuthentication = none() } = given;
  if (tokenEndpoint !== undefined) parseEndpoint(tokenEndpoint, option("tokenEndpoint"));
  if (issuer !== undefined) parseIssuer(issuer, option("issuer"));
  if (typeof clientAuthentication?.authenticate !== "function") {
    throw invalidOption(
      option("clientAuthentication"),
      "must be made by clientSecretBasic(), privateKeyJwt() or the like",
    );
  }
  const identity = { name, tokenEndpoint: tokenEndpoint?.toString(), issuer, clientId };
  return Object.freeze({
    ...identity,
    clientAuthentication,
    dispatcher: given.dispatcher,
    expiryMarginMs: 1000 * duration(given.expiryMarginSeconds ?? 60, option("expiryMarginSeconds")),
    defaultLifetimeMs: 1000 * duration(given.defaultLifetimeSeconds ?? 300, option("defaultLifetimeSeconds")),
    requestTimeoutMs: parseTimeoutMs(given.requestTimeoutMs ?? 10_000, option("requestTimeoutMs")),
    fingerprint: JSON.stringify([identity, clientAuthentication.method]),
    grant: mergeGrant(given, undefined, context),
  });
}

/** The token that a client asks for when nothing is overridden. */
export function buildTokenRequest(client: DefinedTokenClient): TokenRequest {
  const { fingerprint, grant } = client;
  return Object.freeze({ client, grant, key: buildCacheKey(fingerprint, grant), forceRenewal: false });
}

/** Lays overrides over a request; without any that change the token, its grant and key are kept. */
export function overrideTokenRequest(
  base: TokenRequest,
  overrides: TokenParameters | undefined,
): TokenRequest {
  if (overrides === undefined) return base;
  const { client } = base;
  const { forceRenewal = base.forceRenewal } = overrides;
  if (!changesGrant(overrides)) return { ...base, forceRenewal };
  const grant = mergeGrant(overrides, base.grant);
  return { client, grant, key: buildCacheKey(client.fingerprint, grant), forceRenewal };
}

/**
 * Returns the function that a generated `token-clients.ts` exports: it lays credentials over the mapping.
 *
 * A subset of the names is fine. A given `tokenEndpoint` or `issuer` replaces the mapping's pair as one; undefined
 * counts as not given.
 */
export function bindTokenClients<Name extends string>(
  mapping: Readonly<Record<Name, TokenClientMapping>>,
): TokenClientsFunction<Name> {
  return <Given extends Name>(credentials: Readonly<Record<Given, TokenClientCredentials>>) => {
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
    return Object.fromEntries(merged) as Record<Given, TokenClient>;
  };
}

function omitUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function duration(value: number, option: string): number {
  if (!Number.isFinite(value) || value < 0) throw invalidOption(option, "must be a number of at least 0");
  return value;
}

function changesGrant({ scope, resource, audience, clientAssertion, parameters }: TokenParameters): boolean {
  return [scope, resource, audience, clientAssertion, parameters].some((value) => value !== undefined);
}
