import * as oauth from "oauth4webapi";
import { TokenError, type TokenErrorCode, type TokenErrorFields } from "../errors.ts";
import { parseSecureUrl } from "../origin.ts";
import { parseRetryAfterMs } from "./retry.ts";
import { cleanText, parseObject, readAnswer, type ServerAnswer, type ServerFetch } from "./server-answer.ts";

export interface DiscoveryOptions {
  readonly fetch: ServerFetch;
  readonly signal: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What is kept of an authorization server's metadata. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** For clients with a certificate, as the server gives it: whoever uses it checks it (RFC 8705 §5). */
  readonly mtlsTokenEndpoint: string | undefined;
}

/** Why there is no metadata. Shared by clients: each adds its own name. */
export class DiscoveryFailure extends Error {
  override readonly name = "DiscoveryFailure";
  readonly code: TokenErrorCode;
  readonly fields: Omit<TokenErrorFields, "client">;

  constructor(code: TokenErrorCode, message: string, fields: Omit<TokenErrorFields, "client"> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }

  toTokenError(client: string): TokenError {
    return new TokenError(this.code, this.message, { ...this.fields, client });
  }
}

/**
 * Finds an authorization server's metadata: OpenID Connect's well-known document, else RFC 8414's.
 *
 * @throws {DiscoveryFailure} `ERR_ISSUER_MISMATCH` when the document names another issuer, `ERR_DISCOVERY_FAILED` when
 *   there is none, or none with a token endpoint, or that is not secure, `ERR_TOKEN_ENDPOINT_FAILED` for 429 and 5xx
 * @see RFC 8414 §3, OpenID Connect Discovery 1.0 §4
 */
export async function discover(issuer: string, options: DiscoveryOptions): Promise<ServerMetadata> {
  const statuses: number[] = [];
  for (const algorithm of ["oidc", "oauth2"] as const) {
    const identifier = new URL(issuer);
    const response = await oauth.discoveryRequest(identifier, {
      algorithm,
      signal: options.signal,
      [oauth.customFetch]: options.fetch,
      [oauth.allowInsecureRequests]: true, // The definition lets plain http through on loopback only.
    });
    const answer = await readAnswer(response);
    const { status } = answer;
    if (status === 429 || status >= 500) throw buildTrouble(issuer, answer, options.now());
    statuses.push(status);
    const metadata = status === 200 ? parseMetadata(issuer, answer.body) : undefined;
    if (metadata !== undefined) return metadata;
  }
  throw new DiscoveryFailure(
    "ERR_DISCOVERY_FAILED",
    `no discovery document with a token endpoint at ${issuer} (it answered ${statuses.join(", ")}); ${adviseOn(issuer)}`,
  );
}

function adviseOn(issuer: string): string {
  if (issuer.includes("/.well-known/")) return "give issuer without /.well-known/ and what follows";
  return "check issuer, or give tokenEndpoint";
}

/** The mistake is the server's, not the caller's: no `ERR_INVALID_OPTION`. */
export function assertSecureEndpoint(endpoint: string, issuer: string): void {
  try {
    parseSecureUrl(endpoint, "token_endpoint");
  } catch (cause) {
    throw new DiscoveryFailure(
      "ERR_DISCOVERY_FAILED",
      `the discovery document of ${issuer} names a token endpoint that is no usable https URL`,
      { cause },
    );
  }
}

/** @returns undefined for what is no metadata: some servers answer every path with a page */
function parseMetadata(issuer: string, body: string): ServerMetadata | undefined {
  const { issuer: named, token_endpoint: tokenEndpoint, mtls_endpoint_aliases: aliases } = parseObject(body);
  if (typeof named !== "string") return undefined;
  if (named !== issuer) {
    throw new DiscoveryFailure(
      "ERR_ISSUER_MISMATCH",
      `the discovery document of ${issuer} names another issuer, "${cleanText(named)}"; write issuer exactly so if it is right`,
    );
  }
  if (typeof tokenEndpoint !== "string") return undefined;
  assertSecureEndpoint(tokenEndpoint, issuer);
  const { token_endpoint: alias } = Object(aliases) as { token_endpoint?: unknown };
  const mtlsTokenEndpoint = alias === undefined || alias === null ? undefined : String(alias);
  return Object.freeze({ issuer, tokenEndpoint, mtlsTokenEndpoint });
}

/** It may pass, and then the other document is no better; as for a token endpoint, it is tried again. */
function buildTrouble(issuer: string, { status, headers }: ServerAnswer, now: number): DiscoveryFailure {
  const message = `the discovery of ${issuer} answered ${status}; it may work again later`;
  const retryAfterMs = parseRetryAfterMs(headers, now);
  return new DiscoveryFailure("ERR_TOKEN_ENDPOINT_FAILED", message, { status, retryAfterMs });
}
