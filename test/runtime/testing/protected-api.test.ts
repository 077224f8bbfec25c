import { Readable } from "node:stream";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createTokenManager, generateDpopKey, type TokenClient } from "../../../runtime/src/index.ts";
import {
  type AnswerCall,
  type ProtectedApiOptions,
  startAuthorizationServer,
  startProtectedApi,
} from "../../../runtime/src/testing.ts";
import { using } from "../../support/disposal.ts";

async function setUp({
  client,
  ...options
}: Partial<ProtectedApiOptions> & { readonly client?: Partial<TokenClient> } = {}) {
  const login = await using(startAuthorizationServer());
  const api = await using(startProtectedApi({ authorizationServer: login, ...options }));
  const { tokenEndpoint } = login;
  const tokens = await using(
    createTokenManager({ clients: { a: { tokenEndpoint, clientId: "worker", ...client } } }),
  );
  return { login, api, tokens, fetch: tokens.fetch("a", { baseUrl: api.baseUrl }) };
}

describe("startProtectedApi", () => {
  test("lets in who has a good token, and records the call without it", async () => {
    const { api, fetch } = await setUp();
    const response = await fetch("items?limit=1", { method: "POST", body: "{}" });
    expect(await response.json()).toEqual({ ok: true });
    expect(api.requests).toMatchObject([
      { method: "POST", path: "/items?limit=1", clientId: "worker", refusal: undefined },
    ]);
    expect(api.requests[0]?.headers.authorization).toBe("[redacted]");
    expect(String(api.requests[0]?.body)).toBe("{}");
  });

  test("answers as a test wants", async () => {
    const { fetch } = await setUp({
      answer(request, response) {
        if (request.path === "/none") return void response.writeHead(404).end();
        response.statusCode = 201;
        return { path: request.path };
      },
    });
    expect((await fetch("none")).status).toBe(404);
    const response = await fetch("items");
    expect([response.status, await response.json()]).toEqual([201, { path: "/items" }]);
  });

  test.each<[string, AnswerCall, number, unknown]>([
    ["nothing", () => undefined, 204, ""],
    [
      "nothing, of a status",
      (_, response) => {
        response.statusCode = 404;
      },
      404,
      "",
    ],
    ["null", () => null, 200, "null"],
    ["what is written later", (_, response) => Readable.from(["a", "b"]).pipe(response), 200, "ab"],
    ["a pipe alone", (_, response) => void Readable.from(["a", "b"]).pipe(response), 200, "ab"],
    [
      "an error",
      () => {
        throw new RangeError("no such page");
      },
      500,
      expect.stringContaining('"answer threw RangeError: no such page"'),
    ],
    ["what is no Error", () => Promise.reject({ page: 7 }), 500, expect.stringContaining("{ page: 7 }")],
    ["what has no JSON", () => 1n, 500, expect.stringContaining("TypeError")],
  ])("answers where its function gives %s", async (_, answer, status, text) => {
    const { fetch } = await setUp({ answer });
    const response = await fetch("items");
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  test("breaks an answer off where its function does", async () => {
    const { fetch } = await setUp({
      answer(_, response) {
        response.write("half of");
        throw new Error("and no more");
      },
    });
    const reading = async () => (await fetch("items")).text();
    await expect(reading()).rejects.toThrow();
  });

  test.each<[string, RequestInit & { path?: string }, readonly string[] | undefined]>([
    ["an API key in a header", { headers: { "X-API-Key": "planted" } }, undefined],
    ["an API key in the query", { path: "?access_token=planted&limit=1" }, undefined],
    ["an API key in a cookie", { headers: { cookie: "key=planted" } }, undefined],
    ["a name and a password", { headers: { "proxy-authorization": "Basic planted" } }, undefined],
    ["a name that is written otherwise", { path: "?api%4Bey=planted" }, undefined],
    ["a JWT of any name", { headers: { "x-user": "eyJwbGFudGVk.eyJwbGFudGVk.planted" } }, undefined],
    ["a JWT in the path", { path: "/eyJwbGFudGVk.eyJwbGFudGVk.planted/x" }, undefined],
    ["a JWT in an encoded path", { path: "/Bearer%20eyJwbGFudGVk.eyJwbGFudGVk.planted" }, undefined],
    ["a JWT after a prefix", { path: "/key_eyJwbGFudGVk.eyJwbGFudGVk.planted" }, undefined],
    ["an encrypted JWT", { path: "/eyJwbGFudGVk..cGxhbnRlZA.cGxhbnRlZA.planted" }, undefined],
    ["a password in a referrer", { headers: { referer: "https://id:planted@a.example/" } }, undefined],
    ["a key in a referrer", { headers: { referer: "https://a.example/?sig=planted&b=1" } }, undefined],
    ["a fragment", { headers: { "x-page": "https://a.example/#access_token=planted" } }, undefined],
    ["links", { headers: { link: "<https://a.example/?a=b&sig=planted>; rel=next" } }, undefined],
    ["a URL in a parameter", { path: "?next=https%3A%2F%2Fid%3Aplanted%40a.example" }, undefined],
    ["a query in a parameter", { path: "?next=%2Fa%3Fb%3D1%26sig%3Dplanted" }, undefined],
    ["a URL in the path", { path: "/https%3A%2F%2Fid%3Aplanted%40a.example" }, undefined],
    [
      "a name that the test says",
      { path: "?code=planted", headers: { "x-tenant": "planted" } },
      ["X-Tenant", "code"],
    ],
  ])("records the call without credentials: %s", async (_, { path = "", ...init }, credentials) => {
    const heard: string[] = [];
    const { api, fetch } = await setUp({
      answer: (_, { req }) => void heard.push(req.url + JSON.stringify(req.headers)),
      ...(credentials && { credentials }),
    });
    await fetch(`items${path}`, init);
    expect(inspect(api.requests, { depth: 9 })).not.toMatch(/planted|eyJ/);
    expect(inspect(api.requests, { depth: 9 })).toContain("[redacted]");
    expect(heard[0]).toContain("planted");
  });

  test("records the rest of what has a credential in it", async () => {
    const { api, fetch } = await setUp();
    const referer = "https://id:planted@a.example/?sig=planted&page=2";
    await fetch("y/eyJwbGFudGVk.eyJwbGFudGVk.planted/z?page=2", { headers: { referer } });
    expect(api.requests[0]?.path).toBe("/y/[redacted]/z?page=2");
    expect(api.requests[0]?.headers.referer).toBe("https://[redacted]@a.example/?sig=[redacted]&page=2");
  });

  test("records what is no credential as it came", async () => {
    const { api, fetch } = await setUp();
    const path = "/items?author=a%20b&pageToken=7&sort_key=name&max_tokens=9&flag&empty=&access_token=";
    const headers = { "Idempotency-Key": "1", "X-Request-Id": "2", "If-Match": '"3"' };
    await fetch(path.slice(1), { headers });
    expect(api.requests[0]?.path).toBe(path);
    const others =
      "eyewitness.statement.pdf/a%20b%E4/me@a.example?mail=me@a.example&url=https%3A%2F%2Fa.example%2F%3Fb=c";
    await fetch(others, { headers: { referer: "https://a.example:80/a;b?c=d#e" } });
    expect(api.requests[1]?.path).toBe(`/${others}`);
    expect(api.requests[1]?.headers.referer).toBe("https://a.example:80/a;b?c=d#e");
    expect(api.requests[0]?.headers).toMatchObject({ "idempotency-key": "1", "x-request-id": "2" });
  });

  test.each<[string, object]>([
    ["no authorization server", { authorizationServer: undefined }],
    ["an answer that is no function", { answer: { ok: true } }],
    ["a name of credentials that is none", { credentials: "x-api-key" }],
    ["an option that there is not", { requireDpopNonce: true }],
  ])("refuses %s", async (_, options) => {
    const authorizationServer = await using(startAuthorizationServer());
    await expect(startProtectedApi({ authorizationServer, ...options })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
    });
  });

  test("rejects a revoked token, and takes the next one", async () => {
    const { login, api, fetch } = await setUp();
    await fetch("items");
    login.revoke();
    expect((await fetch("items")).status).toBe(200);
    expect(api.requests.map(({ refusal }) => refusal)).toEqual([undefined, "invalid_token", undefined]);
    expect(login.requests).toHaveLength(2);
  });

  test("takes a bound token with a proof of its key", async () => {
    const { api, tokens, fetch } = await setUp({ client: { dpop: "generate" } });
    expect((await fetch("items?a=b")).status).toBe(200);
    const { value } = await tokens.getAccessToken("a");
    for (const scheme of ["Bearer", "DPoP"]) {
      const { status } = await globalThis.fetch(api.baseUrl, {
        headers: { authorization: `${scheme} ${value}` },
      });
      expect(status).toBe(401);
    }
    expect(api.requests.map(({ refusal }) => refusal)).toEqual([
      undefined,
      "invalid_token",
      "invalid_dpop_proof",
    ]);
  });

  test("takes no proof of another key", async () => {
    const { api, tokens } = await setUp({ client: { dpop: "generate" } });
    const { value: accessToken } = await tokens.getAccessToken("a");
    const fields = { method: "GET", url: `${api.baseUrl}/`, issuedAt: Date.now(), accessToken };
    const dpop = await generateDpopKey().buildProof(fields);
    await globalThis.fetch(api.baseUrl, { headers: { authorization: `DPoP ${accessToken}`, dpop } });
    expect(api.requests).toMatchObject([{ refusal: "invalid_dpop_proof" }]);
  });

  test("asks for its nonce where it needs one", async () => {
    const { api, fetch } = await setUp({ requiresDpopNonce: true, client: { dpop: "generate" } });
    expect((await fetch("items")).status).toBe(200);
    expect(api.requests.map(({ refusal }) => refusal)).toEqual(["use_dpop_nonce", undefined]);
  });

  test.each<[string, Partial<ProtectedApiOptions>, number, string]>([
    [
      "too little scope",
      { scope: "read write" },
      403,
      'Bearer error="insufficient_scope", scope="read write"',
    ],
    ["a token for others", { audience: "urn:other" }, 401, 'Bearer error="invalid_token"'],
  ])("refuses %s, and says so", async (_, options, status, challenge) => {
    const { fetch } = await setUp({ ...options, client: { scope: "read" } });
    const response = await fetch("items");
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([status, challenge]);
  });

  test("refuses a call without a token", async () => {
    const { api } = await setUp();
    const response = await globalThis.fetch(api.baseUrl);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });
});
