import { randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Dispatcher, request } from "undici";
import { createAgent } from "./disposal.ts";

/** What goes with a request besides its form or token. */
interface Sent {
  readonly headers?: Record<string, string>;
  readonly dispatcher?: Dispatcher;
}

/** Requests a token without the runtime: what the authorization server is tested with. */
export async function requestToken(url: string, form: Record<string, string>, sent: Sent = {}) {
  const { body, ...response } = await request(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...sent.headers },
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }).toString(),
    dispatcher: sent.dispatcher ?? createAgent(),
  });
  const answer = (await body.json()) as Record<string, string>;
  const { access_token: token = "", token_type: type, error } = answer;
  return { status: response.statusCode, headers: response.headers, token, type, error };
}

/** Calls an API without the runtime. */
export async function callApi(
  url: string,
  authorization: string,
  { headers, dispatcher = createAgent() }: Sent = {},
) {
  const response = await request(url, { headers: { ...headers, authorization }, dispatcher });
  await response.body.dump();
  return { status: response.statusCode, headers: response.headers };
}

/** A key for DPoP, and proofs that its holder signs. */
export async function createProver() {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: (htm: string, htu: string, claims: JWTPayload = {}) =>
      new SignJWT({ htm, htu, jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims })
        .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk })
        .sign(privateKey),
  };
}

/** The fields that authenticate a client with a JWT (RFC 7523 §2.2). */
export function assertionForm(clientId: string, audience: string, sign: (jwt: SignJWT) => Promise<string>) {
  const jwt = new SignJWT({ jti: randomUUID() })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setExpirationTime("1m");
  return sign(jwt).then((client_assertion) => ({
    client_assertion,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  }));
}
