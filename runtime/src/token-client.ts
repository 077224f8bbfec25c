import type { Dispatcher } from "undici";
import { type ClientAuthentication, none } from "./client-authentication.ts";
import { buildRevision } from "./credential-revision.ts";
import { DpopKey, type DpopKeyOptions, dpopKey, generateDpopKey } from "./dpop.ts";
import { invalidOption } from "./errors.ts";
import { parseEndpoint, parseIssuer } from "./origin.ts";
import { parseCredential } from "./text.ts";
import { parseTimeoutMs } from "./timeout.ts";
import { type DefinedTls, readTls, type TlsOptions } from "./tls.ts";
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
  /**
   * Binds tokens to a key, so that they are of no use to whoever else gets hold of one (RFC 9449): a key, what
   * {@link dpopKey} makes of one, or `"generate"` for one that the manager makes and keeps in memory.
   */
  readonly dpop?: "generate" | DpopKey | DpopKeyOptions["key"];
  /** Certificate of the client, sent to the authorization server and to APIs (RFC 8705), and whom to trust. */
  readonly tls?: TlsOptions;
  /**
   * undici dispatcher for requests to the authorization server (proxy). It must bring the client's certificate itself;
   * `tls` is not applied to it.
   */
  readonly dispatcher?: Dispatcher;
  /** A token is renewed this long before it expires, but never earlier than in the last fifth of its life; default 60. */
  readonly expiryMarginSeconds?: number;
  /** Lifetime of a token whose response does not tell; default 300. */
  readonly defaultLifetimeSeconds?: number;
  /** Bounds a request for a token as a whole; default 10,000. */
  readonly requestTimeoutMs?: number;
}

/** A definition after validation: every default filled in, frozen. */
export interface DefinedTokenClient {
  readonly name: string;
  readonly tokenEndpoint: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly dpop: DpopKey | undefined;
  readonly tls: DefinedTls | undefined;
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
 * @param generateKey - gives the key of clients whose `dpop` is `"generate"`
 * @throws {TypeError} `ERR_INVALID_OPTION` naming client, option and rule
 */
export function defineTokenClient(
  name: string,
  given: TokenClient,
  generateKey: () => DpopKey = generateDpopKey,
): DefinedTokenClient {
  if (typeof given !== "object" || given === null)
    throw invalidOption(`token client "${name}"`, "is not defined");
  const context = `token client "${name}": `;
  const option = (key: keyof TokenClient) => context + key;
  // A misspelt `dpop` or `tls` would be no protection at all.
  const unknown = Object.keys(given).find((key) => !OPTIONS.has(key));
  if (unknown !== undefined) throw invalidOption(context + unknown, "is no option of a token client");
  const identity = { name, ...readIdentity(given, option) };
  const { clientAuthentication = none(), dispatcher } = given;
  const dpop = given.dpop === undefined ? undefined : readKey(given.dpop, generateKey, option("dpop"));
  const tls = given.tls === undefined ? undefined : readTls(given.tls, option("tls"));
  const { method, authenticate } = clientAuthentication ?? {};
  if (typeof authenticate !== "function") {
    throw invalidOption(
      option("clientAuthentication"),
      "must be made by clientSecretBasic(), privateKeyJwt() or the like",
    );
  }
  if (NEEDS_CERTIFICATE.test(method) && tls?.thumbprint === undefined && dispatcher === undefined) {
    throw invalidOption(option("tls"), `with cert and key is required for ${method}`);
  }
  const bindings = [dpop?.thumbprint ?? null, tls?.thumbprint ?? null];
  return Object.freeze({
    ...identity,
    clientAuthentication,
    dpop,
    tls,
    dispatcher,
    expiryMarginMs: 1000 * duration(given.expiryMarginSeconds ?? 60, option("expiryMarginSeconds")),
    defaultLifetimeMs: 1000 * duration(given.defaultLifetimeSeconds ?? 300, option("defaultLifetimeSeconds")),
    requestTimeoutMs: parseTimeoutMs(given.requestTimeoutMs ?? 10_000, option("requestTimeoutMs")),
    fingerprint: JSON.stringify([identity, method, ...bindings]),
    grant: mergeGrant(given, undefined, context),
  });
}

/** The token that a client asks for when nothing is overridden. */
export function buildTokenRequest(client: DefinedTokenClient): TokenRequest {
  const { fingerprint, grant } = client;
  return Object.freeze({ client, grant, key: buildCacheKey(fingerprint, grant), forceRenewal: false });
}

/**
 * Tells requests apart by key and credential: the same token, asked for with another secret or assertion, is another
 * attempt. It tells nothing of either, and is valid in this process only.
 */
export function identifyRequest({ key, client, grant }: TokenRequest): string {
  const assertion = grant.clientAssertion?.assertion;
  const { revision } = client.clientAuthentication;
  return `${key} ${assertion === undefined ? (revision ?? "") : buildRevision(assertion)}`;
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

const OPTIONS: ReadonlySet<string> = new Set<keyof TokenClient>([
  "tokenEndpoint",
  "issuer",
  "clientId",
  "clientAuthentication",
  "scope",
  "resource",
  "audience",
  "parameters",
  "dpop",
  "tls",
  "dispatcher",
  "expiryMarginSeconds",
  "defaultLifetimeSeconds",
  "requestTimeoutMs",
]);

/** Methods that are the certificate (RFC 8705 §2). */
const NEEDS_CERTIFICATE = /^(self_signed_)?tls_client_auth$/;

function readIdentity(given: TokenClient, option: (key: keyof TokenClient) => string) {
  const { tokenEndpoint, issuer, clientId } = given;
  if (tokenEndpoint === undefined && issuer === undefined) {
    throw invalidOption(option("tokenEndpoint"), "or issuer is required");
  }
  parseCredential(clientId, option("clientId"));
  if (tokenEndpoint !== undefined) parseEndpoint(tokenEndpoint, option("tokenEndpoint"));
  if (issuer !== undefined) parseIssuer(issuer, option("issuer"));
  return { tokenEndpoint: tokenEndpoint?.toString(), issuer, clientId };
}

function readKey(
  given: NonNullable<TokenClient["dpop"]>,
  generateKey: () => DpopKey,
  option: string,
): DpopKey {
  if (given === "generate") return generateKey();
  if (given instanceof DpopKey) return given;
  try {
    return dpopKey({ key: given });
  } catch (cause) {
    throw invalidOption(`${option}:`, (cause as Error).message);
  }
}

function duration(value: number, option: string): number {
  if (!Number.isFinite(value) || value < 0) throw invalidOption(option, "must be a number of at least 0");
  return value;
}

function changesGrant({ scope, resource, audience, clientAssertion, parameters }: TokenParameters): boolean {
  return [scope, resource, audience, clientAssertion, parameters].some((value) => value !== undefined);
}
