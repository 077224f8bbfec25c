import { describe, expect, test } from "vitest";
import { buildCacheKey, mergeGrant, type TokenParameters } from "../../runtime/src/token-parameters.ts";

const configured: TokenParameters = {
  scope: "read write",
  resource: ["urn:a", "urn:b"],
  audience: "urn:api",
  parameters: { tenant: "one", region: "eu" },
};
const base = mergeGrant(configured);

function keyOf(overrides: TokenParameters): string {
  return buildCacheKey("fingerprint", mergeGrant(overrides, base));
}

function createJwt(claims: unknown, signature = "signature"): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode({ alg: "ES256" })}.${encode(claims)}.${signature}`;
}

import { JWT_BEARER } from "../../runtime/src/client-authentication.ts";

describe("mergeGrant", () => {
  test.each<[string, TokenParameters, object]>([
    ["nothing given keeps everything", {}, {}],
    ["undefined is nothing given", { scope: undefined, audience: undefined } as object, {}],
    ["a scope replaces the configured one", { scope: "admin" }, { scope: "admin" }],
    ["a list of scopes is joined", { scope: ["admin", "audit"] }, { scope: "admin audit" }],
    ["superfluous spaces go", { scope: "  admin   audit " }, { scope: "admin audit" }],
    ["an empty scope asks for none", { scope: "" }, { scope: undefined }],
    ["an empty list of scopes asks for none", { scope: [] }, { scope: undefined }],
    ["a resource replaces the configured ones", { resource: "urn:c" }, { resources: ["urn:c"] }],
    ["resources keep the order given", { resource: ["urn:c", "urn:a"] }, { resources: ["urn:c", "urn:a"] }],
    ["an audience replaces the configured one", { audience: "urn:x" }, { audience: "urn:x" }],
    [
      "parameters are merged by name",
      { parameters: { tenant: "two", trace: "1" } },
      { parameters: { tenant: "two", region: "eu", trace: "1" } },
    ],
    [
      "an assertion is added",
      { clientAssertion: "a.b.c" },
      { clientAssertion: { assertion: "a.b.c", type: JWT_BEARER } },
    ],
  ])("%s", (_, given, want) => {
    expect(mergeGrant(given, base)).toEqual({ ...base, ...want });
  });

  test("asks for nothing in particular when nothing is configured", () => {
    expect(mergeGrant({})).toEqual({
      scope: undefined,
      resources: [],
      audience: undefined,
      parameters: {},
      clientAssertion: undefined,
    });
  });

  test("keeps no reference to what it was given", () => {
    const resource = ["urn:a"];
    const parameters = { tenant: "one" };
    const grant = mergeGrant({ resource, parameters });
    resource.push("urn:b");
    parameters.tenant = "two";
    expect(grant).toMatchObject({ resources: ["urn:a"], parameters: { tenant: "one" } });
    expect(grant).toSatisfy(Object.isFrozen);
  });

  test.each<[string, unknown]>([
    ["scope", { scope: 'a"b' }],
    ["scope", { scope: "a\\b" }],
    ["scope", { scope: "a\tb" }],
    ["scope", { scope: "a\nb" }],
    ["scope", { scope: ["read", "löschen"] }],
    ["resource", { resource: "catalog" }],
    ["resource", { resource: "" }],
    ["resource", { resource: ["urn:a", "/relative"] }],
    ["resource", { resource: "https://api.example.com/#fragment" }],
    ["resource", { resource: "https://api.example.com/#" }],
    ["audience", { audience: "" }],
    ["audience", { audience: 7 }],
    ["parameters.tenant", { parameters: { tenant: 7 } }],
    ["parameters.tenant", { parameters: { tenant: "" } }],
    ["clientAssertion.assertion", { clientAssertion: "" }],
    ["clientAssertion.assertion", { clientAssertion: { assertion: "", type: "urn:x" } }],
    ["clientAssertion.type", { clientAssertion: { assertion: "a.b.c" } }],
  ])("refuses an invalid %s, and names it: %j", (option, given) => {
    expect(() => mergeGrant(given as TokenParameters, base, "token client x: ")).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTION",
        message: expect.stringContaining(`token client x: ${option} `),
      }),
    );
  });

  test.each([
    "grant_type",
    "scope",
    "resource",
    "audience",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
  ])("refuses %s among the parameters: the protocol owns it", (name) => {
    expect(() => mergeGrant({ parameters: { [name]: "x" } })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });
});

describe("buildCacheKey", () => {
  test.each<[string, TokenParameters]>([
    ["the default scope spelled out", { scope: "read write" }],
    ["the default scope as a list", { scope: ["read", "write"] }],
    ["scopes in another order", { scope: "write read" }],
    ["a scope repeated", { scope: "read write read" }],
    ["resources in another order", { resource: ["urn:b", "urn:a"] }],
    ["a resource repeated", { resource: ["urn:a", "urn:b", "urn:a"] }],
    ["the default audience spelled out", { audience: "urn:api" }],
    ["the default parameters spelled out", { parameters: { region: "eu", tenant: "one" } }],
    ["a parameter spelled out", { parameters: { tenant: "one" } }],
    ["a forced renewal", { forceRenewal: true }],
  ])("is the same for %s", (_, overrides) => {
    expect(keyOf(overrides)).toBe(keyOf({}));
  });

  test("is the same for parameters configured in another order", () => {
    const other = mergeGrant({ ...configured, parameters: { region: "eu", tenant: "one" } });
    expect(buildCacheKey("fingerprint", other)).toBe(keyOf({}));
  });

  test("differs with any one difference", () => {
    const keys = [
      keyOf({}),
      buildCacheKey("another fingerprint", base),
      keyOf({ scope: "read" }),
      keyOf({ scope: "read write admin" }),
      keyOf({ scope: "READ write" }),
      keyOf({ scope: [] }),
      keyOf({ resource: "urn:a" }),
      keyOf({ resource: [] }),
      keyOf({ resource: ["urn:a", "urn:b", "urn:c"] }),
      keyOf({ audience: "urn:other" }),
      keyOf({ parameters: { tenant: "two" } }),
      keyOf({ parameters: { Tenant: "one" } }),
      keyOf({ parameters: { trace: "1" } }),
      keyOf({ clientAssertion: createJwt({ iss: "a", sub: "b" }) }),
      keyOf({ clientAssertion: createJwt({ iss: "a", sub: "c" }) }),
      keyOf({ clientAssertion: createJwt({ iss: "b", sub: "b" }) }),
      keyOf({ clientAssertion: { assertion: createJwt({ iss: "a", sub: "b" }), type: "urn:x" } }),
      keyOf({ clientAssertion: "opaque" }),
      keyOf({ clientAssertion: "other" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each<[string, TokenParameters, TokenParameters]>([
    ["an audience and a resource", { resource: "urn:x" }, { audience: "urn:x" }],
    ["a name and its value", { parameters: { a: "b" } }, { parameters: { b: "a" } }],
    ["one value and two parameters", { parameters: { a: '1","b":"2' } }, { parameters: { a: "1", b: "2" } }],
    ["a scope and a resource", { scope: "urn:x" }, { resource: "urn:x" }],
    ["no audience and the audience null", {}, { audience: "null" }],
  ])("does not confuse %s", (_, one, other) => {
    const keyOfBare = (given: TokenParameters) => buildCacheKey("fingerprint", mergeGrant(given));
    expect(keyOfBare(one)).not.toBe(keyOfBare(other));
  });

  test.each([
    [
      "expiry, id and signature",
      createJwt({ iss: "a", sub: "b", jti: "1", exp: 1 }, "one"),
      createJwt({ iss: "a", sub: "b", jti: "2", exp: 2 }, "two"),
    ],
    [
      "its type spelled out",
      createJwt({ iss: "a", sub: "b" }),
      {
        assertion: createJwt({ iss: "a", sub: "b" }),
        type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      },
    ],
  ])("counts a JWT assertion by issuer and subject, not by %s", (_, one, other) => {
    expect(keyOf({ clientAssertion: one })).toBe(keyOf({ clientAssertion: other }));
  });

  test.each([
    ["no JWT", "one", "two"],
    ["JSON without the claims", createJwt({ iss: "a" }, "one"), createJwt({ iss: "a" }, "two")],
    [
      "claims that are no strings",
      createJwt({ iss: 1, sub: 2 }, "one"),
      createJwt({ iss: 1, sub: 2 }, "two"),
    ],
    ["no JSON", "a.b.one", "a.b.two"],
    ["null", createJwt(null, "one"), createJwt(null, "two")],
  ])("tells assertions apart by their text when they are %s", (_, one, other) => {
    expect(keyOf({ clientAssertion: one })).toBe(keyOf({ clientAssertion: one }));
    expect(keyOf({ clientAssertion: one })).not.toBe(keyOf({ clientAssertion: other }));
  });

  test("is a SHA-256, which tells nothing of what is in it", () => {
    const key = keyOf({ clientAssertion: createJwt({ iss: "a", sub: "b" }, "planted-secret") });
    expect(key).toMatch(/^[\w-]{43}$/);
  });
});
