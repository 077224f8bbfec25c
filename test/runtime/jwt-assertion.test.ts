import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { ClientAuthentication } from "../../runtime/src/client-authentication.ts";
import {
  clientSecretJwt,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
} from "../../runtime/src/jwt-assertion.ts";
import type { PrivateKey } from "../../runtime/src/private-key.ts";
import { buildTokenRequest, defineTokenClient, type TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenRequester } from "../../runtime/src/token-request.ts";
import { createAgent, using } from "../support/disposal.ts";
import { readForm, startTokenEndpoint } from "../support/scripted-server.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = (key: KeyObject) => key.export({ format: "jwk" });

/** The assertions that two token requests carry, and the address they went to. */
async function authenticate(clientAuthentication: ClientAuthentication, given: Partial<TokenClient> = {}) {
  const server = await using(startTokenEndpoint());
  const client = {
    tokenEndpoint: `${server.origin}/token`,
    clientId: "the client",
    ...given,
    clientAuthentication,
  };
  const request = buildTokenRequest(defineTokenClient("catalog.client", client));
  const requestToken = createTokenRequester({ dispatcher: createAgent(), now: Date.now });
  for (let i = 0; i < 2; i++) await requestToken(request, new AbortController().signal);
  const forms = server.requests.map(readForm);
  return {
    forms,
    assertions: forms.map((form) => form.get("client_assertion") ?? ""),
    origin: server.origin,
  };
}

describe("privateKeyJwt", () => {
  test.each<[PrivateKeyJwtOptions["alg"], string, KeyObject, PrivateKeyJwtOptions["key"]]>([
    ["ES256", "PEM", ec, pem(ec)],
    ["ES256", "JWK", ec, jwk(ec)],
    ["ES256", "a KeyObject", ec, ec],
    ["ES256", "a CryptoKey", ec, ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"])],
    ["ES256", "a function", ec, async () => pem(ec)],
    ["RS256", "PKCS #1", rsa, rsa.export({ type: "pkcs1", format: "pem" }).toString()],
    ["PS256", "PEM", rsa, pem(rsa)],
    ["EdDSA", "JWK", ed, jwk(ed)],
  ])("signs %s with a key given as %s, anew for each request", async (alg, _, own, key) => {
    const { forms, assertions, origin } = await authenticate(privateKeyJwt({ key, alg, kid: "k1" }));
    const ids = new Set<unknown>();
    for (const [index, assertion] of assertions.entries()) {
      const { payload } = await jwtVerify(assertion, createPublicKey(own), {
        issuer: "the client",
        subject: "the client",
        audience: `${origin}/token`,
      });
      ids.add(payload.jti);
      expect(decodeProtectedHeader(assertion).kid).toBe("k1");
      expect(Object.fromEntries(forms[index] ?? [])).toMatchObject({
        client_id: "the client",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      });
    }
    expect(ids.size).toBe(2);
  });

  test("addresses the issuer where one is known, and whom it is told to", async () => {
    const known = await authenticate(privateKeyJwt({ key: ec, alg: "ES256" }), {
      issuer: "https://issuer.example",
    });
    const told = await authenticate(privateKeyJwt({ key: ec, alg: "ES256", audience: "urn:server" }));
    const audiences = [known, told].map(async ({ assertions: [assertion = ""] }) => {
      return (await jwtVerify(assertion, createPublicKey(ec))).payload.aud;
    });
    expect(await Promise.all(audiences)).toEqual(["https://issuer.example", "urn:server"]);
  });

  test("asks a function for the key of each request, so that keys rotate", async () => {
    const keys: PrivateKey[] = [ec, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey];
    const used = [...keys];
    const { assertions } = await authenticate(privateKeyJwt({ key: () => used.shift() ?? "", alg: "ES256" }));
    for (const [index, assertion] of assertions.entries()) {
      await jwtVerify(assertion, createPublicKey(keys[index] as KeyObject));
    }
  });

  test.each<[string, Partial<PrivateKeyJwtOptions>]>([
    ["no key", { key: undefined as never }],
    ["no PEM", { key: "planted-key" }],
    ["a public key", { key: createPublicKey(ec).export({ type: "spki", format: "pem" }).toString() }],
    ["a key of another kind", { key: pem(rsa) }],
    ["an unknown algorithm", { alg: "HS256" as never }],
  ])("is refused with %s, which it does not quote", (_, given) => {
    const make = () => privateKeyJwt({ key: pem(ec), alg: "ES256", ...given });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(make).not.toThrow(/planted/);
  });

  test("fails the request when the function has no usable key", async () => {
    const got = authenticate(privateKeyJwt({ key: () => "planted-key", alg: "ES256" }));
    await expect(got).rejects.toMatchObject({ code: "ERR_CLIENT_ASSERTION_FAILED" });
  });
});

describe("clientSecretJwt", () => {
  test("signs with the secret, which is not sent", async () => {
    const secret = "a secret of more than thirty-two characters";
    const { forms, assertions, origin } = await authenticate(clientSecretJwt(secret));
    await jwtVerify(assertions[0] ?? "", new TextEncoder().encode(secret), { audience: `${origin}/token` });
    expect(String(forms[0])).not.toContain("secret=");
  });

  test("is refused without a secret", () => {
    expect(() => clientSecretJwt("")).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });
});
