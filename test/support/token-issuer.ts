import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { proofKeyOf } from "./dpop-calls.ts";
import { type ScriptedServer, startServer } from "./scripted-server.ts";

/** What the protected API needs to know of whom it trusts, and where tokens are. */
export interface TokenIssuer extends ScriptedServer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  readonly ca: undefined;
}

/**
 * Starts an issuer of tokens that takes DPoP proofs of any algorithm, unread, and binds tokens to a certificate
 * besides: the authorization server of the other tests does neither.
 *
 * @param certificate - `x5t#S256` that every token has
 */
export async function startTokenIssuer(certificate?: string): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwks = { keys: [await exportJWK(publicKey)] };
  const server = await startServer(async (request) => {
    if (request.path === "/jwks") return jwks;
    const cnf = { jkt: await proofKeyOf(request), ...(certificate && { "x5t#S256": certificate }) };
    const token = new SignJWT({ cnf, client_id: "a" })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
      .setIssuer(server.origin)
      .setAudience("urn:catalog")
      .setExpirationTime("1h");
    return { access_token: await token.sign(privateKey), token_type: "DPoP", expires_in: 3600 };
  });
  const { origin } = server;
  const addresses = { issuer: origin, jwksUri: `${origin}/jwks`, tokenEndpoint: `${origin}/token` };
  return Object.assign(server, { ...addresses, ca: undefined });
}
