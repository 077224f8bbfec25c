import { Agent } from "undici";
import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { type ClientAuthentication, clientSecretBasic } from "../../runtime/src/client-authentication.ts";
import { TokenError, type TokenErrorCode, type TokenErrorFields } from "../../runtime/src/errors.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
  type TokenClient,
  type TokenRequest,
} from "../../runtime/src/token-client.ts";
import { rememberFailures } from "../../runtime/src/token-failures.ts";
import { createCertificateAuthority } from "../support/certificates.ts";

const tokenEndpoint = "https://login.example.com/token";
const request = buildTokenRequest(defineTokenClient("a", { tokenEndpoint, clientId: "a" }));
const sameServer = buildTokenRequest(defineTokenClient("b", { tokenEndpoint, clientId: "b" }));
const otherScope = overrideTokenRequest(request, { scope: "other" });
const { signal } = new AbortController();

const define = (name: string, own: Partial<TokenClient>) =>
  buildTokenRequest(defineTokenClient(name, { tokenEndpoint, clientId: name, ...own }));

/** An authorization server that fails as the test says, and how often it was asked. */
function setUp() {
  const clock = { now: 1_000_000 };
  const server: { error: Error | undefined; asked: number } = { error: undefined, asked: 0 };
  const renewToken = rememberFailures(
    async () => {
      server.asked++;
      if (server.error !== undefined) throw server.error;
      const life = { issuedAt: clock.now, expiresAt: clock.now + 1000 };
      return new AccessToken({ value: "token", tokenType: "Bearer", clientName: "a", ...life });
    },
    { now: () => clock.now },
  );
  function fail(code: TokenErrorCode, fields: Partial<TokenErrorFields> = {}): void {
    server.error = new TokenError(code, "failed", { client: "a", ...fields });
  }
  const requestToken = (request: TokenRequest, signal: AbortSignal) => renewToken(request, signal, "missing");
  return { clock, server, requestToken, fail };
}

describe("rememberFailures", () => {
  test("answers with what is remembered, and what caused it, without asking", async () => {
    const { server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_REJECTED", { status: 400, error: "invalid_scope" });
    await expect(requestToken(request, signal)).rejects.toBe(server.error);
    await expect(requestToken(request, signal)).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_REJECTED",
      status: 400,
      error: "invalid_scope",
      retryAfterMs: 1000,
      cause: server.error,
    });
    expect(server.asked).toBe(1);
  });

  test("asks again after a second, then two, and so on up to a minute", async () => {
    const { clock, server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_REJECTED");
    const pauses = [1, 2, 4, 8, 16, 32, 60, 60];
    for (const [failures, seconds] of pauses.entries()) {
      await expect(requestToken(request, signal)).rejects.toBe(server.error);
      clock.now += seconds * 1000 - 1;
      await expect(requestToken(request, signal)).rejects.toMatchObject({ cause: server.error });
      expect(server.asked).toBe(failures + 1);
      clock.now += 1;
    }
  });

  test("pauses a second after any number of requests that were under way together", async () => {
    const { clock, server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_UNREACHABLE");
    const failAll = async () => {
      const tenants = Array.from({ length: 10 }, (_, index) => define(`tenant-${index}`, {}));
      await Promise.allSettled(tenants.map((tenant) => requestToken(tenant, signal)));
      return requestToken(request, signal).catch((error: TokenError) => error.retryAfterMs);
    };
    expect([await failAll(), server.asked]).toEqual([1000, 10]);
    clock.now += 1000;
    expect([await failAll(), server.asked]).toEqual([2000, 20]);
  });

  test("begins anew after a token, and after a long while", async () => {
    const { clock, server, requestToken, fail } = setUp();
    const pause = async () => {
      await expect(requestToken(request, signal)).rejects.toBe(server.error);
      const again = await requestToken(request, signal).catch((error: TokenError) => error.retryAfterMs);
      clock.now += again as number;
      return again;
    };
    fail("ERR_TOKEN_ENDPOINT_REJECTED");
    expect([await pause(), await pause()]).toEqual([1000, 2000]);
    server.error = undefined;
    await requestToken(request, signal);
    fail("ERR_TOKEN_ENDPOINT_REJECTED");
    expect([await pause(), await pause()]).toEqual([1000, 2000]);
    clock.now += 60_000;
    expect(await pause()).toBe(1000);
  });

  test("lets a longer Retry-After prevail", async () => {
    const { clock, server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_FAILED", { status: 503, retryAfterMs: 90_000 });
    await expect(requestToken(request, signal)).rejects.toBe(server.error);
    clock.now += 89_999;
    await expect(requestToken(request, signal)).rejects.toMatchObject({ retryAfterMs: 1 });
  });

  test("lets the longest Retry-After of requests that were under way together prevail", async () => {
    const { server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_FAILED", { status: 503, retryAfterMs: 90_000 });
    const first = requestToken(request, signal);
    fail("ERR_TOKEN_ENDPOINT_FAILED", { status: 503 });
    await Promise.allSettled([first, requestToken(sameServer, signal)]);
    expect(server.asked).toBe(2);
    await expect(requestToken(otherScope, signal)).rejects.toMatchObject({ retryAfterMs: 90_000 });
  });

  test.each<[TokenErrorCode, number | undefined, boolean]>([
    ["ERR_TOKEN_ENDPOINT_UNREACHABLE", undefined, true],
    ["ERR_TOKEN_ENDPOINT_TIMEOUT", undefined, true],
    ["ERR_TOKEN_ENDPOINT_FAILED", 503, true],
    ["ERR_TOKEN_ENDPOINT_FAILED", 429, false],
    ["ERR_TOKEN_ENDPOINT_REJECTED", 400, false],
    ["ERR_TOKEN_RESPONSE_INVALID", 200, false],
  ])("of %s %s stops all requests to the server: %s", async (code, status, want) => {
    const { server, requestToken, fail } = setUp();
    fail(code, { status });
    await expect(requestToken(request, signal)).rejects.toBe(server.error);
    for (const other of [sameServer, otherScope]) {
      server.error = undefined;
      const got = await requestToken(other, signal).catch((error: unknown) => error);
      expect(got instanceof TokenError).toBe(want);
    }
  });

  const dispatcher = new Agent();
  const { cert, key, ca } = createCertificateAuthority().issueClientCertificate("c");

  test.each<[string, Partial<TokenClient>]>([
    ["dispatcher", { dispatcher }],
    ["certificate", { tls: { cert, key } }],
    ["certification authority", { tls: { ca } }],
  ])(
    "of a client with its own %s stops requests of no other, nor those of others its own",
    async (_, own) => {
      for (const failing of [define("c", own), request]) {
        const { server, requestToken, fail } = setUp();
        fail("ERR_TOKEN_ENDPOINT_UNREACHABLE");
        await expect(requestToken(failing, signal)).rejects.toBe(server.error);
        server.error = undefined;
        const others = [define("d", own), failing === request ? define("c", own) : request];
        for (const other of others)
          expect(await requestToken(other, signal)).toMatchObject({ value: "token" });
        const again = overrideTokenRequest(failing, { scope: "other" });
        expect(server.asked).toBe(3);
        await expect(requestToken(again, signal)).rejects.toMatchObject({
          code: "ERR_TOKEN_ENDPOINT_UNREACHABLE",
        });
      }
    },
  );

  test.each<[string, ClientAuthentication, boolean]>([
    ["another secret", clientSecretBasic("another"), false],
    ["the same secret, sent another way", clientSecretBasic("secret", { encoding: "raw" }), false],
    ["the same secret, given again", clientSecretBasic("secret"), true],
  ])("of the client itself stops requests with %s: %s", async (_, clientAuthentication, want) => {
    const { server, requestToken, fail } = setUp();
    fail("ERR_TOKEN_ENDPOINT_REJECTED", { status: 401, error: "invalid_client" });
    const before = define("c", { clientAuthentication: clientSecretBasic("secret") });
    await expect(requestToken(before, signal)).rejects.toBe(server.error);
    server.error = undefined;
    const after = define("c", { clientAuthentication });
    expect(after.key).toBe(before.key);
    const got = await requestToken(after, signal).catch((error: unknown) => error);
    expect(got instanceof TokenError).toBe(want);
  });

  test("of a server is over with a token for any of its clients", async () => {
    const { clock, server, requestToken, fail } = setUp();
    const failOnce = async (failing: TokenRequest) => {
      fail("ERR_TOKEN_ENDPOINT_UNREACHABLE");
      await expect(requestToken(failing, signal)).rejects.toBe(server.error);
      const error = await requestToken(define("c", {}), signal).catch((error: TokenError) => error);
      return (error as TokenError).retryAfterMs;
    };
    expect(await failOnce(request)).toBe(1000);
    clock.now += 1000;
    server.error = undefined;
    await requestToken(sameServer, signal);
    expect(await failOnce(otherScope)).toBe(1000);
  });

  test("of a server found by its issuer stops all who name that issuer", async () => {
    const { server, requestToken, fail } = setUp();
    const [one, two, other] = ["https://one.example", "https://one.example", "https://other.example"].map(
      (issuer, index) => buildTokenRequest(defineTokenClient(`${index}`, { issuer, clientId: `${index}` })),
    ) as [TokenRequest, TokenRequest, TokenRequest];
    fail("ERR_TOKEN_ENDPOINT_TIMEOUT");
    await expect(requestToken(one, signal)).rejects.toBe(server.error);
    server.error = undefined;
    await expect(requestToken(two, signal)).rejects.toMatchObject({ client: "1" });
    expect(await requestToken(other, signal)).toMatchObject({ value: "token" });
  });

  test("does not remember an abort", async () => {
    const { server, requestToken } = setUp();
    server.error = new Error("stop");
    await expect(requestToken(request, signal)).rejects.toThrow("stop");
    server.error = undefined;
    expect(await requestToken(request, signal)).toMatchObject({ value: "token" });
  });
});
