import { inspect } from "node:util";
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
import { TokenFailures } from "../../runtime/src/token-failures.ts";
import { createCertificateAuthority } from "../support/certificates.ts";

const tokenEndpoint = "https://login.example.com/token";
const request = buildTokenRequest(defineTokenClient("a", { tokenEndpoint, clientId: "a" }));
const sameServer = buildTokenRequest(defineTokenClient("b", { tokenEndpoint, clientId: "b" }));
const otherScope = overrideTokenRequest(request, { scope: "other" });
const { signal } = new AbortController();

const define = (name: string, own: Partial<TokenClient>) =>
  buildTokenRequest(defineTokenClient(name, { tokenEndpoint, clientId: name, ...own }));

/** An authorization server that fails as the test says, and how often it was asked. */
function setUp(max?: number) {
  const clock = { now: 1_000_000 };
  const server: { error: Error | undefined; asked: number } = { error: undefined, asked: 0 };
  const failures = new TokenFailures(
    async () => {
      server.asked++;
      if (server.error !== undefined) throw server.error;
      const life = { issuedAt: clock.now, expiresAt: clock.now + 1000 };
      return new AccessToken({ value: "token", tokenType: "Bearer", clientName: "a", ...life });
    },
    { now: () => clock.now, max },
  );
  function fail(code: TokenErrorCode, fields: Partial<TokenErrorFields> = {}): void {
    server.error = new TokenError(code, "failed", { client: "a", ...fields });
  }
  const requestToken = (request: TokenRequest, signal: AbortSignal) =>
    failures.request(request, signal, "missing");
  /** Has requests fail, and then none. */
  async function failOnce(failing: TokenRequest, ...failure: Parameters<typeof fail>) {
    fail(...failure);
    await expect(requestToken(failing, signal)).rejects.toBe(server.error);
    server.error = undefined;
  }
  /** How long a request is stopped for, if it is. */
  const pauseOf = (request: TokenRequest) =>
    requestToken(request, signal).then(
      () => undefined,
      (error: TokenError) => error.retryAfterMs,
    );
  return { clock, server, failures, requestToken, fail, failOnce, pauseOf };
}

describe("TokenFailures", () => {
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

  test("of a request with one assertion stops none with another of the same subject", async () => {
    const { failOnce, pauseOf } = setUp();
    const presenting = (exp: number) => {
      const claims = Buffer.from(JSON.stringify({ iss: "a", sub: "a", exp })).toString("base64url");
      return overrideTokenRequest(request, { clientAssertion: `e30.${claims}.x` });
    };
    await failOnce(presenting(1), "ERR_TOKEN_ENDPOINT_REJECTED");
    expect([await pauseOf(presenting(1)), await pauseOf(presenting(2))]).toEqual([1000, undefined]);
  });

  test("of a server is told to other clients by no more than code and status", async () => {
    const { failOnce, requestToken } = setUp();
    const said = {
      status: 503,
      error: "tenant_locked",
      errorDescription: "planted",
      cause: new Error("planted"),
    };
    await failOnce(request, "ERR_TOKEN_ENDPOINT_FAILED", said);
    const error = await requestToken(define("c", {}), signal).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_FAILED",
      client: "c",
      status: 503,
      error: undefined,
      errorDescription: undefined,
      retryAfterMs: 1000,
    });
    expect(error).not.toHaveProperty("cause");
    expect(inspect(error, { showHidden: true })).not.toMatch(/planted|tenant_locked|client "a"/);
    await expect(requestToken(otherScope, signal)).rejects.toMatchObject({ error: "tenant_locked" });
  });

  test("does not last when a clock that was ahead is set right", async () => {
    const { clock, fail, failOnce, pauseOf } = setUp();
    await failOnce(request, "ERR_TOKEN_ENDPOINT_UNREACHABLE", { retryAfterMs: 90_000 });
    clock.now -= 86_400_000;
    fail("ERR_TOKEN_ENDPOINT_UNREACHABLE");
    expect(await pauseOf(request)).toBeUndefined();
    expect(await pauseOf(request)).toBe(1000);
    expect(await pauseOf(sameServer)).toBe(1000);
  });

  test("is told by the longest pause of those that stop a request", async () => {
    const { failOnce, pauseOf } = setUp();
    await failOnce(otherScope, "ERR_TOKEN_ENDPOINT_REJECTED");
    await failOnce(request, "ERR_TOKEN_ENDPOINT_FAILED", { status: 503, retryAfterMs: 90_000 });
    expect(await pauseOf(otherScope)).toBe(90_000);
  });
});

describe("a timeout", () => {
  const patient = define("patient", { requestTimeoutMs: 60_000 });
  const hasty = define("hasty", { requestTimeoutMs: 1 });

  test("of a client that waits for a moment only stops none that waits longer", async () => {
    const { failOnce, pauseOf } = setUp();
    await failOnce(hasty, "ERR_TOKEN_ENDPOINT_TIMEOUT");
    expect([await pauseOf(hasty), await pauseOf(request), await pauseOf(patient)]).toEqual([
      1000,
      undefined,
      undefined,
    ]);
  });

  test("stops all that wait as long, until one of them has a token", async () => {
    const { clock, failOnce, pauseOf } = setUp();
    await failOnce(request, "ERR_TOKEN_ENDPOINT_TIMEOUT");
    expect([await pauseOf(otherScope), await pauseOf(sameServer)]).toEqual([1000, 1000]);
    clock.now += 1000;
    expect(await pauseOf(sameServer)).toBeUndefined();
    await failOnce(sameServer, "ERR_TOKEN_ENDPOINT_TIMEOUT");
    expect(await pauseOf(otherScope)).toBe(1000);
  });

  test.each<[string, TokenErrorCode, number | undefined, boolean]>([
    ["a 5xx", "ERR_TOKEN_ENDPOINT_FAILED", 503, true],
    ["no connection", "ERR_TOKEN_ENDPOINT_UNREACHABLE", undefined, true],
    ["too many requests", "ERR_TOKEN_ENDPOINT_FAILED", 429, false],
  ])(
    "after an attempt that ended with %s stops what that would have: %s %s",
    async (_, code, status, want) => {
      const { failOnce, pauseOf } = setUp();
      const cause = new TokenError(code, "before", { client: "hasty", status });
      await failOnce(hasty, "ERR_TOKEN_ENDPOINT_TIMEOUT", { cause });
      const others = [request, define("hasty, too", { requestTimeoutMs: 1 })];
      const pauses = await Promise.all(others.map(pauseOf));
      expect(pauses).toEqual(want ? [1000, 1000] : [undefined, undefined]);
      expect(await pauseOf(hasty)).toBe(1000);
    },
  );
});

describe("forget", () => {
  const rejected = "ERR_TOKEN_ENDPOINT_REJECTED";

  test("lets a request be made again, and no other of its client", async () => {
    const { failures, failOnce, pauseOf } = setUp();
    for (const failing of [request, otherScope]) await failOnce(failing, rejected);
    failures.forget(otherScope);
    expect([await pauseOf(request), await pauseOf(otherScope)]).toEqual([1000, undefined]);
  });

  test("of a client lets all of its requests be made again, and none of another", async () => {
    const { failures, failOnce, pauseOf } = setUp();
    for (const failing of [request, otherScope, sameServer]) await failOnce(failing, rejected);
    failures.forgetClient("a");
    const pauses = await Promise.all([request, otherScope, sameServer].map(pauseOf));
    expect(pauses).toEqual([undefined, undefined, 1000]);
  });

  test.each<[string, (failures: TokenFailures) => void]>([
    ["of a request", (failures) => failures.forget(request)],
    ["of a client", (failures) => failures.forgetClient("a")],
  ])("%s includes what is under way, and nothing that is not its own", async (_, forget) => {
    const { failures, requestToken, fail, server, pauseOf } = setUp();
    fail(rejected);
    const underWay = [request, sameServer].map((request) => requestToken(request, signal));
    forget(failures);
    await Promise.allSettled(underWay);
    server.error = undefined;
    expect([await pauseOf(request), await pauseOf(sameServer)]).toEqual([undefined, 1000]);
  });

  test("keeps the trouble of a server, which stops others too", async () => {
    const { failures, failOnce, pauseOf } = setUp();
    await failOnce(request, "ERR_TOKEN_ENDPOINT_UNREACHABLE");
    failures.forget(request);
    failures.forgetClient("a");
    expect([await pauseOf(request), await pauseOf(sameServer)]).toEqual([1000, 1000]);
  });
});

describe("the memory of failures", () => {
  const tenants = Array.from({ length: 3 }, (_, index) => {
    return define(`tenant-${index}`, { tokenEndpoint: `https://${index}.example/token` });
  });

  test("is bounded: the least recently used go first", async () => {
    const { failOnce, pauseOf } = setUp(2);
    for (const tenant of tenants) await failOnce(tenant, "ERR_TOKEN_ENDPOINT_REJECTED");
    const pauses = [];
    for (const tenant of tenants.toReversed()) pauses.push(await pauseOf(tenant));
    expect(pauses).toEqual([1000, 1000, undefined]);
  });

  test("holds those of servers, however many clients fail by themselves", async () => {
    const { failOnce, pauseOf } = setUp(2);
    await failOnce(request, "ERR_TOKEN_ENDPOINT_UNREACHABLE");
    for (const tenant of tenants) await failOnce(tenant, "ERR_TOKEN_ENDPOINT_REJECTED");
    expect(await pauseOf(sameServer)).toBe(1000);
  });
});
