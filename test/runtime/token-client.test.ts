import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost, none } from "../../runtime/src/client-authentication.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  identifyRequest,
  overrideTokenRequest,
  type TokenClient,
  type TokenRequest,
} from "../../runtime/src/token-client.ts";

const tokenEndpoint = "https://login.example.com/connect/token";
const minimal: TokenClient = { tokenEndpoint, clientId: "catalog" };

describe("defineTokenClient", () => {
  test.each<[string, unknown]>([
    ["tokenEndpoint or issuer", { clientId: "catalog" }],
    ["clientId", { tokenEndpoint }],
    ["clientId", { tokenEndpoint, clientId: "" }],
    ["clientId", { tokenEndpoint, clientId: 7 }],
    ["clientId", { tokenEndpoint, clientId: "catalog\n" }],
    ["dPop", { ...minimal, dPop: "generate" }],
    ["forceRenewal", { ...minimal, forceRenewal: true }],
    ["tokenEndpoint", { ...minimal, tokenEndpoint: "http://login.example.com/token" }],
    ["tokenEndpoint", { ...minimal, tokenEndpoint: "/connect/token" }],
    ["tokenEndpoint", { ...minimal, tokenEndpoint: "" }],
    ["tokenEndpoint", { ...minimal, tokenEndpoint: "https://user:pass@login.example.com/" }],
    ["issuer", { clientId: "catalog", issuer: "http://login.example.com" }],
    ["issuer", { ...minimal, issuer: "login.example.com" }],
    ["scope", { ...minimal, scope: 'read "all"' }],
    ["resource", { ...minimal, resource: "catalog" }],
    ["audience", { ...minimal, audience: "" }],
    ["parameters.client_secret", { ...minimal, parameters: { client_secret: "x" } }],
    ["expiryMarginSeconds", { ...minimal, expiryMarginSeconds: -1 }],
    ["expiryMarginSeconds", { ...minimal, expiryMarginSeconds: Number.NaN }],
    ["defaultLifetimeSeconds", { ...minimal, defaultLifetimeSeconds: Number.POSITIVE_INFINITY }],
    ["defaultLifetimeSeconds", { ...minimal, defaultLifetimeSeconds: "300" }],
    ["requestTimeoutMs", { ...minimal, requestTimeoutMs: -1 }],
    ["requestTimeoutMs", { ...minimal, requestTimeoutMs: 0 }],
    ["requestTimeoutMs", { ...minimal, requestTimeoutMs: 0.5 }],
    ["requestTimeoutMs", { ...minimal, requestTimeoutMs: 2 ** 31 }],
  ])("names client and option when %s breaks its rule: %j", (option, given) => {
    expect(() => defineTokenClient("catalog.client", given as TokenClient)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        code: "ERR_INVALID_OPTION",
        message: expect.stringContaining(`token client "catalog.client": ${option} `),
      }),
    );
  });

  test("does not repeat credentials that were put in a URL", () => {
    const define = () =>
      defineTokenClient("c", { ...minimal, tokenEndpoint: "https://user:planted-secret@login.example.com/" });
    expect(define).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("planted-secret") }),
    );
  });

  test("fills in the defaults", () => {
    expect(defineTokenClient("catalog.client", minimal)).toMatchObject({
      name: "catalog.client",
      tokenEndpoint,
      issuer: undefined,
      clientAuthentication: { method: "none" },
      dispatcher: undefined,
      expiryMarginMs: 60_000,
      defaultLifetimeMs: 300_000,
      requestTimeoutMs: 10_000,
    });
  });

  test.each<[TokenClient, object]>([
    [{ ...minimal, expiryMarginSeconds: 0 }, { expiryMarginMs: 0 }],
    [{ ...minimal, expiryMarginSeconds: 1.5 }, { expiryMarginMs: 1500 }],
    [{ ...minimal, defaultLifetimeSeconds: 0 }, { defaultLifetimeMs: 0 }],
    [{ ...minimal, requestTimeoutMs: 250 }, { requestTimeoutMs: 250 }],
    [{ ...minimal, tokenEndpoint: new URL(tokenEndpoint) }, { tokenEndpoint }],
    [
      { ...minimal, tokenEndpoint: "http://localhost:3000/token" },
      { tokenEndpoint: "http://localhost:3000/token" },
    ],
    // RFC 8414 §3.3 compares character by character: a parsed URL would have a slash at its end.
    [{ issuer: "https://login.example.com", clientId: "c" }, { issuer: "https://login.example.com" }],
    [
      { ...minimal, issuer: "https://login.example.com" },
      { tokenEndpoint, issuer: "https://login.example.com" },
    ],
  ])("takes what is given: %j", (given, want) => {
    expect(defineTokenClient("catalog.client", given)).toMatchObject(want);
  });

  test("is frozen, and keeps no reference to what it was given", () => {
    const given = { ...minimal, resource: ["urn:a"], parameters: { tenant: "one" } };
    const client = defineTokenClient("catalog.client", given);
    given.resource.push("urn:b");
    given.parameters.tenant = "two";
    expect(client.grant).toMatchObject({ resources: ["urn:a"], parameters: { tenant: "one" } });
    expect(client).toSatisfy(Object.isFrozen);
    expect(client.grant).toSatisfy(Object.isFrozen);
  });
});

describe("overrideTokenRequest", () => {
  const base = buildTokenRequest(defineTokenClient("catalog.client", { ...minimal, scope: "read write" }));

  test("gives the same object every time when nothing is overridden", () => {
    expect(overrideTokenRequest(base, undefined)).toBe(base);
  });

  test("has the default's key when the default is asked for explicitly", () => {
    expect(overrideTokenRequest(base, { scope: ["write", "read"] }).key).toBe(base.key);
  });

  test("lays overrides over the definition", () => {
    const request = overrideTokenRequest(base, { audience: "urn:api" });
    expect(request).toMatchObject({
      client: base.client,
      grant: { scope: "read write", audience: "urn:api" },
    });
    expect(request.key).not.toBe(base.key);
  });

  test("merges parameters by name, however often they are laid over", () => {
    const tenant = overrideTokenRequest(base, { parameters: { tenant: "one", x: "1" } });
    const both = overrideTokenRequest(tenant, { parameters: { x: "2" } });
    expect(both.grant.parameters).toEqual({ tenant: "one", x: "2" });
  });

  test("with forceRenewal alone asks for the same token", () => {
    const forced = overrideTokenRequest(base, { forceRenewal: true });
    expect(forced).toEqual({ ...base, forceRenewal: true });
    expect(overrideTokenRequest(forced, { forceRenewal: false }).forceRenewal).toBe(false);
  });
});

describe("buildTokenRequest", () => {
  test("gives every difference between definitions another key", () => {
    const keys = [
      defineTokenClient("catalog.client", minimal),
      defineTokenClient("catalog.client", { ...minimal, tokenEndpoint: "https://other.example.com/token" }),
      defineTokenClient("catalog.client", { clientId: "catalog", issuer: tokenEndpoint }),
      defineTokenClient("catalog.client", { ...minimal, issuer: "https://login.example.com" }),
      defineTokenClient("catalog.client", { ...minimal, clientId: "other" }),
      defineTokenClient("catalog.client", { ...minimal, clientAuthentication: clientSecretBasic("s") }),
      defineTokenClient("catalog.client", { ...minimal, clientAuthentication: clientSecretPost("s") }),
      defineTokenClient("catalog.client", { ...minimal, scope: "read" }),
      defineTokenClient("catalog.client", { ...minimal, parameters: { tenant: "one" } }),
      defineTokenClient("catalog.client", { ...minimal, parameters: { tenant: "two" } }),
    ].map((client) => buildTokenRequest(client).key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each<[string, Partial<TokenClient>]>([
    ["no authentication spelled out", { clientAuthentication: none() }],
    ["durations", { expiryMarginSeconds: 5, defaultLifetimeSeconds: 5, requestTimeoutMs: 5 }],
  ])("leaves out of the key what does not change the token: %s", (_, given) => {
    const { key } = buildTokenRequest(defineTokenClient("catalog.client", { ...minimal, ...given }));
    expect(key).toBe(buildTokenRequest(defineTokenClient("catalog.client", minimal)).key);
  });

  test("has no secret and no assertion in key or fingerprint", () => {
    const clientAuthentication = clientSecretPost("planted-secret");
    const defined = defineTokenClient("catalog.client", { ...minimal, clientAuthentication });
    const { key } = overrideTokenRequest(buildTokenRequest(defined), {
      clientAssertion: "planted-assertion",
    });
    expect(inspect([defined, key, defined.fingerprint], { depth: null, getters: true })).not.toContain(
      "planted",
    );
  });
});

describe("identifyRequest", () => {
  const define = (own: Partial<TokenClient>) =>
    buildTokenRequest(defineTokenClient("catalog.client", { ...minimal, ...own }));
  const basic = (secret: string) => define({ clientAuthentication: clientSecretBasic(secret) });
  const presenting = (clientAssertion: string, base = basic("secret")) =>
    overrideTokenRequest(base, { clientAssertion });
  const encode = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
  const expired = encode({ iss: "a", sub: "a", exp: 1 });
  const fresh = encode({ iss: "a", sub: "a", exp: 2 });

  test.each<[string, TokenRequest, TokenRequest, boolean]>([
    ["the same secret", basic("secret"), basic("secret"), true],
    ["another secret", basic("secret"), basic("other"), false],
    ["the same assertion", presenting(fresh), presenting(fresh), true],
    ["a fresh assertion of the same subject", presenting(expired), presenting(fresh), false],
    [
      "the same assertion in place of another secret",
      presenting(fresh),
      presenting(fresh, basic("other")),
      true,
    ],
  ])("takes a request for the same token with %s for the same or for another", (_, one, other, isSame) => {
    expect(one.key).toBe(other.key);
    expect(identifyRequest(one) === identifyRequest(other)).toBe(isSame);
  });

  test("tells nothing of an assertion", () => {
    expect(identifyRequest(presenting("planted-assertion"))).not.toContain("planted");
  });
});
