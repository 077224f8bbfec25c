import { describe, expect, test } from "vitest";
import { buildRefusal, type RefusalContext } from "../../../runtime/src/token-request/refusal.ts";

const answeredAt = Date.parse("2026-01-01T00:00:00Z");
const context: RefusalContext = {
  client: "catalog.client",
  tokenEndpoint: "https://login.example.com/token",
  method: "client_secret_post",
  isTimeBound: false,
  answeredAt,
  secrets: ["planted-secret"],
};

interface Given {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly isTimeBound?: boolean;
  readonly secrets?: readonly string[];
}

function refuse(status: number, { body = "", headers = {}, ...given }: Given = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return buildRefusal({ status, body: text, headers: new Headers(headers) }, { ...context, ...given });
}

const html = { "content-type": "text/html; charset=utf-8" };
const date = (offsetMs: number) => ({ date: new Date(answeredAt + offsetMs).toUTCString() });

describe("buildRefusal", () => {
  test.each<[string, number, string, RegExp]>([
    ["a client that may not use the grant", 400, "unauthorized_client", /client_credentials/],
    ["a server that has no such grant", 400, "unsupported_grant_type", /client_credentials/],
    ["something that is missing", 400, "invalid_request", /check parameters/],
    ["an unknown scope", 400, "invalid_scope", /check scope/],
    ["an unknown scope, as Glewlwyd calls it", 400, "scope_invalid", /check scope/],
    ["an unknown resource", 400, "invalid_target", /resource and the audience/],
    ["a bad DPoP proof", 400, "invalid_dpop_proof", /dpop/],
    ["a missing nonce", 400, "use_dpop_nonce", /dpop/],
    ["a missing DPoP proof, as oidc-provider calls it", 400, "invalid_grant", /dpop/],
    ["anything else", 400, "no_such_error", /registration/],
    ["an error that a Map might have", 400, "constructor", /registration/],
  ])("says what to do about %s", (_, status, error, advice) => {
    const refusal = refuse(status, { body: { error } });
    expect(refusal).toMatchObject({ code: "ERR_TOKEN_ENDPOINT_REJECTED", status, error });
    expect(refusal.message).toMatch(advice);
  });

  test.each<[string, number, Given, RegExp]>([
    ["no token endpoint", 404, {}, /no token endpoint; check tokenEndpoint/],
    ["no token endpoint but a page", 404, { headers: html, body: "<p>" }, /no token endpoint/],
    ["an address that takes no POST", 405, {}, /check tokenEndpoint/],
    ["an endpoint that is gone", 410, {}, /check tokenEndpoint/],
    ["a page", 403, { headers: html, body: "<p>" }, /a page.*proxy/],
    ["a page that does not say so", 400, { body: "\n<!DOCTYPE html>" }, /a page.*proxy/],
    ["an empty answer", 400, {}, /check tokenEndpoint/],
  ])("says what to do about an answer that names no error: %s", (_, status, given, advice) => {
    const refusal = refuse(status, given);
    expect(refusal).toMatchObject({ code: "ERR_TOKEN_ENDPOINT_REJECTED", status, error: undefined });
    expect(refusal.message).toMatch(advice);
  });

  test.each<[string, RegExp]>([
    ["client_secret_basic", /secret.*clientSecretPost\(\).*"raw"/],
    ["client_secret_post", /secret.*clientSecretBasic\(\)/],
    ["client_secret_jwt", /secret.*audience of clientSecretJwt\(\)/],
    ["private_key_jwt", /kid.*audience of privateKeyJwt\(\)/],
    ["tls_client_auth", /certificate/],
    ["self_signed_tls_client_auth", /certificate/],
    ["none", /clientAuthentication/],
    ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer", /assertion.*audience/],
  ])(
    "says what to check where the client authenticates with %s and is not taken for who it is",
    (method, advice) => {
      const answers = [
        refuse(401, { method, body: { error: "invalid_client" } }),
        refuse(400, { method, body: { error: "invalid_client" } }),
        refuse(401, { method }),
        refuse(403, { method }),
      ];
      for (const { message } of answers) expect(message).toMatch(advice);
    },
  );

  test.each<[string, RegExp]>([
    ["client_secret_basic", /check parameters.*encoding: "raw"/],
    ["client_secret_post", /check parameters[^;]*$/],
  ])("says that what is wrong with a request may be how %s encodes credentials", (method, advice) => {
    expect(refuse(400, { method, body: { error: "invalid_request" } }).message).toMatch(advice);
  });

  test.each([401, 403])("says of a bare %i that it may come from elsewhere", (status) => {
    expect(refuse(status).message).toMatch(/no token endpoint: check tokenEndpoint/);
    expect(refuse(status, { body: { error: "invalid_client" } }).message).not.toContain("tokenEndpoint");
  });

  test.each<[string, object, boolean, string | undefined]>([
    ["expired", { exp: answeredAt / 1000 - 60 }, true, "the assertion expired at 2025-12-31T23:59:00.000Z"],
    ["is still good", { exp: answeredAt / 1000 + 60 }, true, undefined],
    ["has no expiry", {}, true, undefined],
    ["has one that is no number", { exp: "soon" }, true, undefined],
    ["has one that is no time", { exp: -1e300 }, true, undefined],
    ["was not sent", { exp: 1 }, false, undefined],
  ])("tells of an assertion that %s", (_, claims, isTimeBound, want) => {
    const assertion = `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
    const { message } = refuse(401, { isTimeBound, secrets: ["planted-secret", assertion] });
    expect(message).not.toContain(assertion);
    if (want === undefined) expect(message).not.toContain("expired");
    else expect(message).toContain(want);
  });

  test("reads in a challenge what the body does not say", () => {
    const headers = {
      "www-authenticate":
        'Basic realm="x", Bearer error="invalid_client", error_description="planted-secret"',
    };
    expect(refuse(401, { headers })).toMatchObject({
      error: "invalid_client",
      errorDescription: "[redacted]",
    });
    expect(refuse(401, { headers, body: { error: "invalid_scope" } })).toMatchObject({
      error: "invalid_scope",
      errorDescription: undefined,
    });
  });

  test.each<[number, number, string]>([
    [95_000, 400, "this machine's clock is 95 s behind the server's"],
    [-3_600_000, 401, "this machine's clock is 3600 s ahead of the server's"],
  ])(
    "tells of a clock that differs by %i ms where something with a time was refused",
    (offsetMs, status, want) => {
      const given = { body: { error: "invalid_client" }, headers: date(offsetMs) };
      expect(refuse(status, { ...given, isTimeBound: true }).message).toContain(want);
      expect(refuse(status, given).message).not.toContain("clock");
    },
  );

  test.each<[string, Record<string, string>]>([
    ["differs by less than half a minute", date(30_000)],
    ["is not told", {}],
    ["is told by a cache", { ...date(3_600_000), age: "3600" }],
    ["is told without a time zone", { date: "Thu Jan  1 00:00:00 2020" }],
    ["is no time", { date: "soon GMT" }],
  ])("says nothing of a clock that %s", (_, headers) => {
    expect(refuse(400, { headers, isTimeBound: true }).message).not.toContain("clock");
  });

  test("says nothing of clocks where the server has trouble of its own", () => {
    const refusal = refuse(503, { headers: { ...date(3_600_000), "retry-after": "7" }, isTimeBound: true });
    expect(refusal).toMatchObject({ code: "ERR_TOKEN_ENDPOINT_FAILED", retryAfterMs: 7000 });
    expect(refusal.message).not.toContain("clock");
  });

  test("says that secrets follow no redirect", () => {
    const refusal = refuse(307, { headers: { location: "https://elsewhere.example/?planted-secret" } });
    expect(refusal.code).toBe("ERR_TOKEN_RESPONSE_INVALID");
    expect(refusal.message).toContain("redirect");
    expect(refusal.message).not.toContain("planted-secret");
  });
});
