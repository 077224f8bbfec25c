import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { inspect } from "node:util";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { describe, expect, test } from "vitest";
import type { ClientAuthentication } from "../../runtime/src/client-authentication.ts";
import {
  clientSecretJwt,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
} from "../../runtime/src/jwt-assertion.ts";
import type { PrivateKey } from "../../runtime/src/private-key.ts";
import type { SigningAlgorithm } from "../../runtime/src/signing-key.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { startAuthorizationServer } from "../support/authorization-server.ts";
import { using } from "../support/disposal.ts";
import { readForm, startTokenEndpoint } from "../support/scripted-server.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const ec384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const ec521 = generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey;
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = (key: KeyObject) => key.export({ format: "jwk" });
const sealed = () => ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);

/** The assertions that two token requests carry, and the address they went to. */
async function authenticate(clientAuthentication: ClientAuthentication, given: Partial<TokenClient> = {}) {
  const server = await using(startTokenEndpoint());
  await requestTokens(clientAuthentication, { tokenEndpoint: `${server.origin}/token`, ...given });
  const forms = server.requests.map(readForm);
  return {
    forms,
    assertions: forms.map((form) => form.get("client_assertion") ?? ""),
    origin: server.origin,
  };
}

/** Requests two, one after the other. */
async function requestTokens(clientAuthentication: ClientAuthentication, given: Partial<TokenClient>) {
  const client = { clientId: "the client", ...given, clientAuthentication };
  const tokens = await using(createTokenManager({ clients: { "catalog.client": client } }));
  for (let i = 0; i < 2; i++) await tokens.getAccessToken("catalog.client", { forceRenewal: true });
}

describe("privateKeyJwt", () => {
  test.each<[PrivateKeyJwtOptions["alg"], string, KeyObject, PrivateKeyJwtOptions["key"]]>([
    ["ES256", "PEM", ec, pem(ec)],
    ["ES256", "JWK", ec, jwk(ec)],
    ["ES256", "a KeyObject", ec, ec],
    [
      "ES256",
      "a CryptoKey that cannot be extracted",
      ec,
      ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]),
    ],
    ["ES256", "a function", ec, async () => pem(ec)],
    ["RS256", "PKCS #1", rsa, rsa.export({ type: "pkcs1", format: "pem" }).toString()],
    ["PS256", "PEM", rsa, pem(rsa)],
    ["ES384", "PEM", ec384, pem(ec384)],
    ["ES512", "JWK", ec521, jwk(ec521)],
    ["RS384", "JWK", rsa, jwk(rsa)],
    ["RS512", "PEM", rsa, pem(rsa)],
    ["PS384", "a KeyObject", rsa, rsa],
    ["PS512", "PEM", rsa, pem(rsa)],
    ["EdDSA", "JWK", ed, jwk(ed)],
    ["Ed25519", "PEM", ed, pem(ed)],
    ["ES256", "a function that returns an identified key", ec, () => ({ key: ec, kid: "k1" })],
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
      expect(decodeProtectedHeader(assertion)).toEqual({ alg, kid: "k1" });
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

  test.each<[string, string | undefined, PrivateKeyJwtOptions["key"], string | undefined]>([
    ["that of the JWK", undefined, { ...jwk(ec), kid: "own" }, "own"],
    ["the option's rather than that of the JWK", "k1", { ...jwk(ec), kid: "own" }, "k1"],
    ["that of the JWK which a function returns", undefined, () => ({ ...jwk(ec), kid: "own" }), "own"],
    ["what a function says rather than the option", "k1", () => ({ key: pem(ec), kid: "k2" }), "k2"],
    ["none where nobody gives one", undefined, ec, undefined],
  ])("has for a kid %s", async (_, kid, key, expected) => {
    const { assertions } = await authenticate(privateKeyJwt({ key, alg: "ES256", ...(kid && { kid }) }));
    for (const assertion of assertions) expect(decodeProtectedHeader(assertion).kid).toBe(expected);
  });

  test("makes assertions that are valid for a minute from now", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { assertions } = await authenticate(privateKeyJwt({ key: ec, alg: "ES256" }));
    const { iat = 0, ...payload } = decodeJwt(assertions[0] ?? "");
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(iat).toBeLessThanOrEqual(Date.now() / 1000);
    expect(payload).toEqual({
      iss: "the client",
      sub: "the client",
      aud: expect.any(String),
      jti: expect.any(String),
      nbf: iat,
      exp: iat + 60,
    });
  });

  test.each<[string, Partial<PrivateKeyJwtOptions>, RegExp]>([
    ["a key that cannot be read", { key: "planted-key" }, /^privateKeyJwt: key .*PEM/],
    ["a key that does not fit", { key: pem(rsa) }, /^privateKeyJwt: key .*for ES256/],
    ["an unknown algorithm", { alg: "HS256" as never }, /ES256, ES384/],
    ["an empty kid", { kid: "" }, /kid/],
    ["an audience that is no text", { audience: ["urn:a"] as never }, /audience/],
  ])("is refused with %s, which it does not quote", (_, given, said) => {
    const make = () => privateKeyJwt({ key: pem(ec), alg: "ES256", ...given });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(make).toThrow(said);
    expect(make).not.toThrow(/planted/);
  });

  test("fails the request when the function has no usable key", async () => {
    const got = authenticate(privateKeyJwt({ key: () => "planted-key", alg: "ES256" }));
    await expect(got).rejects.toMatchObject({ code: "ERR_CLIENT_ASSERTION_FAILED" });
  });
});

describe("an authorization server", () => {
  test.each<[SigningAlgorithm, KeyObject]>([
    ["RS256", rsa],
    ["PS256", rsa],
    ["ES256", ec],
    ["EdDSA", ed],
    ["Ed25519", ed],
  ])("takes %s assertions of a client registered for that name, to either audience", async (alg, key) => {
    const jwks = { keys: [{ ...jwk(createPublicKey(key)), kid: "k1" }] };
    const registered = {
      client_id: "the client",
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: alg,
      jwks,
    } as ClientMetadata;
    const { issuer, tokenEndpoint, tokenRequests } = await using(
      startAuthorizationServer({ clients: [registered] }),
    );
    await requestTokens(privateKeyJwt({ key, alg, kid: "k1" }), { issuer });
    await requestTokens(privateKeyJwt({ key, alg, kid: "k1" }), { tokenEndpoint });
    const audiences = tokenRequests.map(({ status, assertion }) => [status, assertion?.aud]);
    expect(audiences).toEqual([issuer, issuer, tokenEndpoint, tokenEndpoint].map((aud) => [200, aud]));
  });

  test("takes assertions signed with a secret", async () => {
    const secret = "a secret of more than thirty-two characters";
    const registered = { client_id: "the client", client_secret: secret };
    const server = await using(
      startAuthorizationServer({
        clients: [{ ...registered, token_endpoint_auth_method: "client_secret_jwt" }],
      }),
    );
    await requestTokens(clientSecretJwt(secret), { issuer: server.issuer });
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("revision of privateKeyJwt", () => {
  const revise = (options: Partial<PrivateKeyJwtOptions>) => {
    return privateKeyJwt({ key: ec, alg: "ES256", ...options }).revision;
  };

  test("is the same for a key in any form", () => {
    const forms = [
      pem(ec),
      jwk(ec),
      ec,
      ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]),
    ];
    expect(new Set(forms.map((key) => revise({ key })))).toEqual(new Set([revise({})]));
    expect(revise({ key: { ...jwk(ec), kid: "k1" } })).toBe(revise({ kid: "k1" }));
  });

  test("is another one for another key, kid, algorithm or audience", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const made = [
      { key: other },
      { kid: "k1" },
      { kid: "k2" },
      { audience: "k1" },
      { key: rsa, alg: "RS256" },
      { key: rsa, alg: "PS256" },
    ] as const;
    expect(new Set([revise({}), ...made.map(revise)])).toHaveProperty("size", made.length + 1);
  });

  test.each<[string, () => PrivateKeyJwtOptions["key"]]>([
    ["a CryptoKey that cannot be extracted", sealed],
    ["a function", () => () => pem(ec)],
  ])("knows %s by its kid and algorithm alone", (_, make) => {
    expect(revise({ key: make() })).toBe(revise({ key: make() }));
    expect(revise({ key: make() })).not.toBe(revise({ key: make(), kid: "k1" }));
  });
});

describe.each<[string, ClientAuthentication]>([
  ["privateKeyJwt with PEM", privateKeyJwt({ key: pem(ec), alg: "ES256" })],
  ["privateKeyJwt with a JWK", privateKeyJwt({ key: jwk(ec), alg: "ES256" })],
  ["privateKeyJwt with a function", privateKeyJwt({ key: () => pem(ec), alg: "ES256" })],
])("%s", (_, authentication) => {
  test("shows nothing of the key", () => {
    const printed =
      inspect(authentication, { showHidden: true, depth: null }) + JSON.stringify(authentication);
    for (const secret of [...pem(ec).split("\n").slice(1, -2), jwk(ec).d]) {
      expect(printed).not.toContain(secret);
    }
    expect(authentication).toSatisfy(Object.isFrozen);
  });
});

describe("clientSecretJwt", () => {
  test("signs with the secret, which is not sent", async () => {
    const secret = "a secret of more than thirty-two characters";
    const { forms, assertions, origin } = await authenticate(clientSecretJwt(secret));
    await jwtVerify(assertions[0] ?? "", new TextEncoder().encode(secret), { audience: `${origin}/token` });
    expect(String(forms[0])).not.toContain("secret=");
  });

  test("addresses whom it is told to", async () => {
    const { assertions } = await authenticate(clientSecretJwt("secret", { audience: "urn:server" }));
    expect(decodeJwt(assertions[0] ?? "").aud).toBe("urn:server");
    expect(decodeProtectedHeader(assertions[0] ?? "")).toEqual({ alg: "HS256" });
  });

  test.each([
    ["secret", "", undefined],
    ["audience", "secret", ""],
  ])("is refused with an empty %s", (_, secret, audience) => {
    expect(() => clientSecretJwt(secret, audience === undefined ? {} : { audience })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });
});
