import * as oauth from "oauth4webapi";
import { TokenError, type TokenErrorFields } from "../errors.ts";
import { parseSecureUrl } from "../origin.ts";
import { parseRetryAfterMs } from "./retry.ts";
import { cleanText, parseObject, readAnswer } from "./server-answer.ts";

export interface DiscoveryOptions {
  readonly client: string;
  readonly fetch: (url: string, init: object) => Promise<Response>;
  readonly signal: AbortSignal;
}

/**
 * Finds an authorization server's metadata: OpenID Connect's well-known document, else RFC 8414's.
 *
 * @throws {TokenError} `ERR_ISSUER_MISMATCH` when the document names another issuer, `ERR_DISCOVERY_FAILED` when
 *   there is none, or none with a token endpoint, or that is not secure
 * @see RFC 8414 §3, OpenID Connect Discovery 1.0 §4
 */
export async function discover(
  issuer: string,
  options: DiscoveryOptions,
): Promise<oauth.AuthorizationServer> {
  const fields = { client: options.client };
  for (const algorithm of ["oidc", "oauth2"] as const) {
    const identifier = new URL(issuer);
    const response = await oauth.discoveryRequest(identifier, {
      algorithm,
      signal: options.signal,
      [oauth.customFetch]: options.fetch,
      [oauth.allowInsecureRequests]: true, // The definition lets plain http through on loopback only.
    });
    const { status, body, retryAfter } = await readAnswer(response);
    if (status === 429 || status >= 500) throw buildTrouble(issuer, status, retryAfter, fields);
    if (status !== 200) continue;
    const server = parseObject(body) as unknown as oauth.AuthorizationServer;
    // Some servers answer every path with a page.
    if (typeof server.issuer !== "string") continue;
    if (server.issuer !== issuer) {
      throw new TokenError(
        "ERR_ISSUER_MISMATCH",
        `the discovery document of ${issuer} names another issuer, "${cleanText(server.issuer)}"; write issuer exactly so if it is right`,
        fields,
      );
    }
    if (typeof server.token_endpoint !== "string") continue;
    assertSecure(server.token_endpoint, issuer, fields);
    return server;
  }
  throw new TokenError(
    "ERR_DISCOVERY_FAILED",
    `no discovery document with a token endpoint at ${issuer}; check issuer, or give tokenEndpoint`,
    fields,
  );
}

/** It may pass, and then the other document is no better; as for a token endpoint, it is tried again. */
function buildTrouble(issuer: string, status: number, retryAfter: string | null, fields: TokenErrorFields) {
  const message = `the discovery of ${issuer} answered ${status}; it may work again later`;
  const retryAfterMs = parseRetryAfterMs(retryAfter, Date.now());
  return new TokenError("ERR_TOKEN_ENDPOINT_FAILED", message, { ...fields, status, retryAfterMs });
}

/** The mistake is the server's, not the caller's: no `ERR_INVALID_OPTION`. */
function assertSecure(tokenEndpoint: string, issuer: string, fields: TokenErrorFields): void {
  try {
    parseSecureUrl(tokenEndpoint, "token_endpoint");
  } catch (cause) {
    throw new TokenError(
      "ERR_DISCOVERY_FAILED",
      `the discovery document of ${issuer} names a token endpoint that is no usable https URL`,
      { ...fields, cause },
    );
  }
}
