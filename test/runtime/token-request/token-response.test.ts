import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { AccessToken } from "../../../runtime/src/access-token.ts";
import { generateDpopKey } from "../../../runtime/src/dpop.ts";
import { TokenError } from "../../../runtime/src/errors.ts";
import { type AnswerContext, parseTokenResponse } from "../../../runtime/src/token-request/token-response.ts";

const requestedAt = 1_700_000_000_000;
const client: AnswerContext["client"] = {
  name: "catalog.client",
  defaultLifetimeMs: 300_000,
  dpop: undefined,
  tls: undefined,
};
const context: AnswerContext = {
  client,
  tokenEndpoint: "https://login.example.com/token",
  method: "client_secret_basic",
  requestedAt,
  answeredAt: requestedAt + 100,
  isTimeBound: false,
  secrets: ["planted-secret"],
};

function parse(body: unknown, status = 200, given: Partial<AnswerContext> = {}): AccessToken {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return parseTokenResponse({ status, body: text, headers: new Headers() }, { ...context, ...given });
}

function fail(status: number, body: unknown): TokenError {
  try {
    parse(body, status);
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
  throw new Error("got a token");
}

function createJwt(claims: unknown): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode({ alg: "ES256" })}.${encode(claims)}.signature`;
}

const bearer = { access_token: "opaque", token_type: "Bearer" };
const expSoon = createJwt({ exp: requestedAt / 1000 + 120 });

describe("parseTokenResponse", () => {
  test("gives the token, with what is known of it", () => {
    const token = parse({ ...bearer, expires_in: 60, scope: "read", extra: [] });
    expect(token.value).toBe("opaque");
    expect(token).toMatchObject({
      tokenType: "Bearer",
      issuedAt: requestedAt,
      expiresAt: requestedAt + 60_000,
      scope: "read",
      clientName: "catalog.client",
    });
  });

  test.each<[string, object, number]>([
    ["a number", { expires_in: 3600 }, 3600],
    ["a fraction", { expires_in: 1.5 }, 1.5],
    ["a numeric string", { expires_in: "3600" }, 3600],
    ["0, for those alone who wait", { expires_in: 0 }, 0],
    ["the string 0", { expires_in: "0" }, 0],
    ["a negative number", { expires_in: -5 }, -5],
    ["a number although the token has exp", { expires_in: 60, access_token: expSoon }, 60],
    ["0 although the token has exp", { expires_in: 0, access_token: expSoon }, 0],
    ["absent: exp of a JWT", { access_token: expSoon }, 120],
    ["null: exp of a JWT", { access_token: expSoon, expires_in: null }, 120],
    ["no number: exp of a JWT", { access_token: expSoon, expires_in: "3600s" }, 120],
    ["absent: exp of a JWT, in the past", { access_token: createJwt({ exp: requestedAt / 1000 - 9 }) }, -9],
    ["absent", {}, 300],
    ["null", { expires_in: null }, 300],
    ["3600s", { expires_in: "3600s" }, 300],
    ["an empty string", { expires_in: "" }, 300],
    ["blank", { expires_in: " " }, 300],
    ["Infinity", { expires_in: "Infinity" }, 300],
    ["true", { expires_in: true }, 300],
    ["a list", { expires_in: [60] }, 300],
    ["an object", { expires_in: { seconds: 60 } }, 300],
    ["absent, with a JWT without exp", { access_token: createJwt({ iat: 1 }) }, 300],
    ["absent, with a JWT whose exp is no number", { access_token: createJwt({ exp: "1700000120" }) }, 300],
    ["absent, with a JWT whose payload is null", { access_token: createJwt(null) }, 300],
    ["absent, with a token that only looks like a JWT", { access_token: "a.b.c" }, 300],
  ])("counts the lifetime in seconds from the start of the request; expires_in %s", (_, fields, seconds) => {
    expect(parse({ ...bearer, ...fields }).expiresAt - requestedAt).toBe(seconds * 1000);
  });

  test.each<[string, object]>([
    ["in the answer", { expires_in: 2 ** 53 }],
    ["beyond any date", { expires_in: 1e300 }],
    ["in the token", { access_token: createJwt({ exp: 2 ** 53 }) }],
  ])("keeps a token for a year at most: a longer life %s", (_, fields) => {
    expect(parse({ ...bearer, ...fields }).expiresAt - requestedAt).toBe(365 * 86_400_000);
  });

  test("takes a life that ended before any date for one that has ended", () => {
    const { expiresAt } = parse({ ...bearer, expires_in: -1e300 });
    expect(expiresAt).toBeLessThan(requestedAt);
    expect(new Date(expiresAt).toISOString()).toMatch(/^20/);
  });

  test("never takes a JWT's endless exp for a lifetime", () => {
    const endless = `e30.${Buffer.from('{"exp":1e999}').toString("base64url")}.s`;
    expect(parse({ ...bearer, access_token: endless }).expiresAt).toBe(requestedAt + 300_000);
  });

  test.each(["Bearer", "bearer", "BEARER"])("takes token_type %s, whatever its case", (token_type) => {
    expect(parse({ ...bearer, token_type }).tokenType).toBe("Bearer");
  });

  test.each(["DPoP", "dpop", "mac", "N_A", "Bearer "])("refuses a token of type %j", (token_type) => {
    expect(() => parse({ ...bearer, token_type })).toThrow(
      expect.objectContaining({ code: "ERR_TOKEN_TYPE_MISMATCH", client: "catalog.client", status: 200 }),
    );
  });

  const dpop = generateDpopKey();
  const bound = { client: { ...client, dpop } };

  test.each(["DPoP", "dpop", "DPOP"])("takes token_type %s where DPoP was asked for", (token_type) => {
    expect(parse({ ...bearer, token_type }, 200, bound).tokenType).toBe("DPoP");
  });

  test.each(["Bearer", "bearer", "mac"])(
    "refuses a token of type %j where DPoP was asked for",
    (token_type) => {
      expect(() => parse({ ...bearer, token_type }, 200, bound)).toThrow(
        expect.objectContaining({ code: "ERR_TOKEN_TYPE_MISMATCH", client: "catalog.client", status: 200 }),
      );
    },
  );

  const tls = { connect: {}, id: "id", thumbprint: "own-certificate" };
  const withTls = { client: { ...client, tls } };

  test.each<[string, object, object, boolean]>([
    ["to the key of the proof", bound, { jkt: dpop.thumbprint }, true],
    ["to another key", bound, { jkt: generateDpopKey().thumbprint }, false],
    ["to no thumbprint at all", bound, { jkt: null }, false],
    ["to something that is not known here", bound, { jwk: {} }, true],
    ["to the certificate", withTls, { "x5t#S256": "own-certificate" }, true],
    ["to another certificate", withTls, { "x5t#S256": "other" }, false],
    ["to another certificate, of a client that shows none", {}, { "x5t#S256": "other" }, true],
    ["to both", { client: { ...client, dpop, tls } }, { jkt: dpop.thumbprint, "x5t#S256": "other" }, false],
  ])("judges a JWT by what it is bound to: %s", (_, given, cnf, isTaken) => {
    const isDpop = "jkt" in cnf || "jwk" in cnf;
    const body = { access_token: createJwt({ cnf }), token_type: isDpop ? "DPoP" : "Bearer" };
    if (isTaken) expect(parse(body, 200, given).value).toBe(body.access_token);
    else {
      expect(() => parse(body, 200, given)).toThrow(
        expect.objectContaining({
          code: "ERR_TOKEN_RESPONSE_INVALID",
          message: expect.stringContaining("bound to another key"),
        }),
      );
    }
  });

  test.each([
    ["absent", {}, undefined],
    ["null", { scope: null }, undefined],
    ["empty", { scope: "" }, ""],
    ["given", { scope: "read write" }, "read write"],
  ])("tells the granted scope only when the server does: %s", (_, fields, want) => {
    expect(parse({ ...bearer, ...fields }).scope).toBe(want);
  });

  test.each<[string, unknown]>([
    ["HTML", "<!doctype html><title>planted-secret</title>"],
    ["an empty body", ""],
    ["JSON cut short", '{"access_token":"planted-secret"'],
    ["null", null],
    ["a list", [bearer]],
    ["a string", '"planted-secret"'],
    ["a number", "42"],
    ["an empty object", {}],
    ["no token", { token_type: "Bearer" }],
    ["an empty token", { ...bearer, access_token: "" }],
    ["a token that is null", { ...bearer, access_token: null }],
    ["a token that is no string", { ...bearer, access_token: { value: "planted-secret" } }],
    ["a token with a line break", { ...bearer, access_token: "planted-secret\r\nx: y" }],
    ["a token with a space", { ...bearer, access_token: "planted-secret x" }],
    ["a token beyond ASCII", { ...bearer, access_token: "planted-sécret" }],
    ["no token_type", { access_token: "planted-secret" }],
    ["a token_type that is no string", { ...bearer, token_type: ["Bearer"] }],
    ["a scope that is no string", { ...bearer, scope: ["read"] }],
    ["an error with status 200", { error: "invalid_client" }],
  ])("refuses %s", (_, body) => {
    const error = fail(200, body);
    expect(error).toMatchObject({
      code: "ERR_TOKEN_RESPONSE_INVALID",
      client: "catalog.client",
      status: 200,
    });
    expect(inspect(error)).not.toMatch(/planted|doctype/);
  });

  test.each<[number, unknown, string, string | undefined]>([
    [400, { error: "invalid_scope" }, "ERR_TOKEN_ENDPOINT_REJECTED", "invalid_scope"],
    [400, { error: "scope_invalid" }, "ERR_TOKEN_ENDPOINT_REJECTED", "scope_invalid"],
    [400, "", "ERR_TOKEN_ENDPOINT_REJECTED", undefined],
    [401, { error: "invalid_client" }, "ERR_TOKEN_ENDPOINT_REJECTED", "invalid_client"],
    [403, "", "ERR_TOKEN_ENDPOINT_REJECTED", undefined],
    [404, "<h1>Not found</h1>", "ERR_TOKEN_ENDPOINT_REJECTED", undefined],
    [400, null, "ERR_TOKEN_ENDPOINT_REJECTED", undefined],
    [400, { error: ["invalid_client"] }, "ERR_TOKEN_ENDPOINT_REJECTED", undefined],
    [429, "", "ERR_TOKEN_ENDPOINT_FAILED", undefined],
    [429, { error: "slow_down" }, "ERR_TOKEN_ENDPOINT_FAILED", "slow_down"],
    [500, { error: "server_error" }, "ERR_TOKEN_ENDPOINT_FAILED", "server_error"],
    [502, "<h1>Bad gateway</h1>", "ERR_TOKEN_ENDPOINT_FAILED", undefined],
    [503, "", "ERR_TOKEN_ENDPOINT_FAILED", undefined],
    [201, bearer, "ERR_TOKEN_RESPONSE_INVALID", undefined],
    [204, "", "ERR_TOKEN_RESPONSE_INVALID", undefined],
    [302, "", "ERR_TOKEN_RESPONSE_INVALID", undefined],
  ])("says why there is no token: %i %j", (status, body, code, error) => {
    expect(fail(status, body)).toMatchObject({ code, client: "catalog.client", status, error });
  });

  test("passes on what the server calls the error although it answers 200", () => {
    expect(fail(200, { error: "invalid_client", error_description: "planted-secret" })).toMatchObject({
      error: "invalid_client",
      errorDescription: "[redacted]",
    });
  });

  test("passes on what the server says", () => {
    const error = fail(401, { error: "invalid_client", error_description: "Unknown client" });
    expect(error).toMatchObject({ error: "invalid_client", errorDescription: "Unknown client" });
    expect(error.message).toContain("invalid_client: Unknown client");
  });

  test.each([
    ["a secret", "client planted-secret is wrong", "client [redacted] is wrong"],
    ["a secret that is repeated", "planted-secret planted-secret", "[redacted] [redacted]"],
    ["a secret within a word", "xplanted-secrety", "x[redacted]y"],
    ["line breaks", "one\r\n\r\ntwo", "one two"],
    ["terminal sequences", "\u001b[31mred\u0007\u009b", " [31mred "],
    ["NUL and DEL", "a\0b\u007fc", "a b c"],
  ])("removes %s from what the server says", (_, said, want) => {
    const error = fail(400, { error: said, error_description: said });
    expect(error).toMatchObject({ error: want, errorDescription: want });
    expect(error.message).toContain(want);
    expect(inspect(error)).not.toContain("planted-secret");
  });

  test("removes a secret whole when another is a part of it", () => {
    const secrets = ["abc", "abcdef"];
    const body = JSON.stringify({ error: "invalid_client", error_description: "got abcdef" });
    expect(() => parse(body, 400, { secrets })).toThrow(
      expect.objectContaining({ errorDescription: "got [redacted]" }),
    );
  });

  test("cuts a long description short", () => {
    const error = fail(400, { error: "invalid_request", error_description: "x".repeat(100_000) });
    expect(error.errorDescription).toHaveLength(500);
    expect(error.message.length).toBeLessThan(1000);
  });

  test.each([
    ["null", null],
    ["empty", ""],
    ["no string", { text: "planted-secret" }],
  ])("leaves out a description that is %s", (_, error_description) => {
    expect(fail(400, { error: "invalid_request", error_description })).toMatchObject({
      error: "invalid_request",
      errorDescription: undefined,
    });
  });
});
