import { describe, expect, test, vi } from "vitest";
import { clientSecretPost } from "../../../runtime/src/client-authentication.ts";
import type { TokenClient } from "../../../runtime/src/token-client.ts";
import { createTokenManager, type TokenManagerOptions } from "../../../runtime/src/token-manager.ts";
import { startAuthorizationServer } from "../../support/authorization-server.ts";
import { using } from "../../support/disposal.ts";
import { startProtectedApi } from "../../support/protected-api.ts";
import { readForm, startTokenEndpoint } from "../../support/scripted-server.ts";
import { startMirror, throughApiClient, throughFetch, throughInterceptor, ways } from "./ways.ts";

/** An authorization server with one good secret, an API, and tenants whose definitions a test changes. */
async function setUp(options: Partial<TokenManagerOptions<string>> = {}) {
  const clock = { now: 0 };
  const registered = { secret: "old" };
  const login = await using(startTokenEndpoint());
  const issue = login.script;
  login.script = (request, response) => {
    if (readForm(request).get("client_secret") === registered.secret) return issue(request, response);
    response.writeHead(401, { "content-type": "application/json" });
    return response.end('{"error":"invalid_client"}') && undefined;
  };
  const common = { tokenEndpoint: login.origin, clientAuthentication: clientSecretPost("old") };
  const tenants: Record<string, Partial<TokenClient>> = { "tenant-42": {} };
  const resolve = vi.fn(async (name: string): Promise<TokenClient | undefined> => {
    const tenant = tenants[name];
    return tenant && { ...common, clientId: name, ...tenant };
  });
  const tokens = createTokenManager<string>({ clients: resolve, now: () => clock.now, ...options });
  return { clock, registered, login, tenants, resolve, tokens: await using(tokens) };
}

const name = "tenant-42";

describe("a tenant's definition", () => {
  test("is asked for once by concurrent calls of every kind, which share one token", async () => {
    const { tokens, resolve, login } = await setUp();
    const api = await using(startMirror());
    const target = { tokens, name, baseUrl: api.origin };
    const got = await Promise.all([
      tokens.getAccessToken(name).then(({ value }) => value),
      ...[throughFetch, throughInterceptor, throughApiClient].map((way) => way(target)()),
    ]);
    expect(got).toEqual(Array.from({ length: 4 }, () => "token-1"));
    expect(resolve.mock.calls).toEqual([[name, { signal: expect.any(AbortSignal) }]]);
    expect(login.requests).toHaveLength(1);
  });

  test("is kept for a minute", async () => {
    const { tokens, resolve, clock } = await setUp();
    await tokens.getAccessToken(name);
    clock.now = 59_999;
    await tokens.getAccessToken(name);
    expect(resolve).toHaveBeenCalledTimes(1);
    clock.now = 60_000;
    await tokens.getAccessToken(name);
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test("is kept for definitionTtlMs", async () => {
    const { tokens, resolve, clock } = await setUp({ definitionTtlMs: 5 });
    await tokens.getAccessToken(name);
    clock.now = 4;
    await tokens.getAccessToken(name);
    expect(resolve).toHaveBeenCalledTimes(1);
    clock.now = 5;
    await tokens.getAccessToken(name);
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test("that is the same when it is asked for again keeps its tokens", async () => {
    const { tokens, login, clock, tenants } = await setUp();
    await tokens.getAccessToken(name);
    tenants[name] = { clientAuthentication: clientSecretPost("old") };
    clock.now = 60_000;
    expect(await tokens.getAccessToken(name)).toMatchObject({ value: "token-1" });
    expect(login.requests).toHaveLength(1);
  });

  test.each<[string, Partial<TokenClient>, object]>([
    ["secret", { clientAuthentication: clientSecretPost("new") }, { client_secret: "new" }],
    ["scope", { scope: "b" }, { client_secret: "old", scope: "b" }],
  ])("whose %s changes has its tokens requested anew, with what it says now", async (_, change, sent) => {
    const { tokens, login, clock, tenants, registered } = await setUp();
    await tokens.getAccessToken(name);
    await tokens.getAccessToken(name, { audience: "other" });
    tenants[name] = change;
    if ("client_secret" in sent) registered.secret = sent.client_secret as string;
    clock.now = 60_000;
    expect(await tokens.getAccessToken(name)).toMatchObject({ value: "token-3" });
    expect(await tokens.getAccessToken(name, { audience: "other" })).toMatchObject({ value: "token-4" });
    expect(Object.fromEntries(readForm(login.requests[2]))).toMatchObject(sent);
  });

  test("that changes leaves the tokens of other tenants alone, those under way too", async () => {
    const { tokens, login, clock, tenants } = await setUp();
    for (const other of ["cached", "under way"]) tenants[other] = {};
    await Promise.all([name, "cached"].map((name) => tokens.getAccessToken(name)));
    const issue = login.script;
    const { promise: changed, resolve: change } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    login.script = async (request, response) => {
      ask();
      await (readForm(request).get("client_id") === "under way" && changed);
      return issue(request, response);
    };
    const got = tokens.getAccessToken("under way");
    await asked;
    tenants[name] = { scope: "b" };
    clock.now = 60_000;
    await tokens.getAccessToken(name);
    change();
    const { value } = await got;
    expect((await tokens.getAccessToken("under way")).value).toBe(value);
    await tokens.getAccessToken("cached");
    expect(login.requests).toHaveLength(4);
  });

  test("with the right secret at last is not held back by the failures of the wrong one", async () => {
    const { tokens, login, clock, tenants, registered } = await setUp();
    registered.secret = "new";
    const refused = { code: "ERR_TOKEN_ENDPOINT_REJECTED", error: "invalid_client" };
    for (const now of [0, 1000, 3000, 7000, 59_999]) {
      clock.now = now;
      await expect(tokens.getAccessToken(name)).rejects.toMatchObject(refused);
    }
    const before = login.requests.length;
    await expect(tokens.getAccessToken(name)).rejects.toMatchObject({ retryAfterMs: expect.any(Number) });
    expect(login.requests).toHaveLength(before);
    tenants[name] = { clientAuthentication: clientSecretPost("new") };
    clock.now = 60_000;
    expect(await tokens.getAccessToken(name)).toMatchObject({ value: "token-1" });
  });
});

describe("invalidate", () => {
  test("has the definition asked for anew, and the token", async () => {
    const { tokens, login, tenants, registered } = await setUp();
    await tokens.getAccessToken(name);
    tenants[name] = { clientAuthentication: clientSecretPost("new") };
    registered.secret = "new";
    tokens.invalidate(name);
    expect(await tokens.getAccessToken(name)).toMatchObject({ value: "token-2" });
    expect(readForm(login.requests[1]).get("client_secret")).toBe("new");
  });

  test("with parameters drops that token, each time it is called", async () => {
    const { tokens } = await setUp();
    const get = async (scope: string) => (await tokens.getAccessToken(name, { scope })).value;
    for (const scope of ["a", "b", "c"]) await get(scope);
    tokens.invalidate(name, { scope: "a" });
    expect([await get("a"), await get("b"), await get("c")]).toEqual(["token-4", "token-2", "token-3"]);
    tokens.invalidate(name, { scope: "b" });
    tokens.invalidate(name, { scope: "c" });
    expect([await get("b"), await get("c")]).toEqual(["token-5", "token-6"]);
  });

  test("with parameters drops the other tokens too if the secret turns out to have changed", async () => {
    const { tokens, tenants, registered } = await setUp();
    await tokens.getAccessToken(name);
    await tokens.getAccessToken(name, { scope: "a" });
    tenants[name] = { clientAuthentication: clientSecretPost("new") };
    registered.secret = "new";
    tokens.invalidate(name, { scope: "a" });
    expect(await tokens.getAccessToken(name)).toMatchObject({ value: "token-3" });
  });
});

describe.each(ways)("a call through %s", (_, way) => {
  test("for a name that the resolver does not know is ERR_TOKEN_CLIENT_UNKNOWN, and is not sent", async () => {
    const { tokens, login } = await setUp();
    const api = await using(startMirror());
    const callApi = way({ tokens, name: "tenant-43", baseUrl: api.origin });
    const unknown = { name: "TokenError", code: "ERR_TOKEN_CLIENT_UNKNOWN", client: "tenant-43" };
    await expect(callApi()).rejects.toMatchObject(unknown);
    expect([login.requests, api.requests]).toEqual([[], []]);
  });

  test("rejects when the resolver fails, is not sent, and fares better once it works", async () => {
    const { tokens, resolve } = await setUp();
    const api = await using(startMirror());
    const callApi = way({ tokens, name, baseUrl: api.origin });
    resolve.mockRejectedValueOnce(new Error("no database"));
    const failed = { code: "ERR_TOKEN_CLIENT_UNKNOWN", cause: { message: "no database" } };
    await expect(callApi()).rejects.toMatchObject(failed);
    expect(api.requests).toHaveLength(0);
    expect(await callApi()).toBe("token-1");
  });

  test("goes on with the last definition while the resolver fails", async () => {
    const { tokens, resolve, clock } = await setUp();
    const api = await using(startMirror());
    const callApi = way({ tokens, name, baseUrl: api.origin });
    await callApi();
    clock.now = 60_000;
    resolve.mockRejectedValue(new Error("no database"));
    expect(await callApi()).toBe("token-1");
  });

  test("is refused for a definition that breaks a rule, which is named, and is not sent", async () => {
    const { tokens, tenants } = await setUp();
    const api = await using(startMirror());
    tenants[name] = { tokenEndpoint: "http://login.example/token" };
    await expect(way({ tokens, name, baseUrl: api.origin })()).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
      message: expect.stringContaining('token client "tenant-42": tokenEndpoint must be https'),
    });
    expect(api.requests).toHaveLength(0);
  });
});

describe("a thousand tenants", () => {
  test("have a token of their own each, and no more room than cache.max", async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `tenant-${index}`);
    const { tokens, tenants, resolve, login } = await setUp({ cache: { max: 10 } });
    for (const name of names) tenants[name] = {};
    const get = async (name: string) => (await tokens.getAccessToken(name)).value;
    const count = () => [resolve.mock.calls.length, login.requests.length];
    expect(new Set(await Promise.all(names.map(get))).size).toBe(1000);
    expect(count()).toEqual([1000, 1000]);
    const some = names.slice(0, 10);
    for (const name of [...some, ...some]) await get(name);
    expect(count()).toEqual([1010, 1010]);
    for (const name of names) await get(name);
    expect(count()).toEqual([2000, 2000]);
  });
});

describe("tenants of a real authorization server", () => {
  test("get tokens that an API takes, with a client each", async () => {
    const secret = "a secret that is long enough";
    const registered = ["t-1", "t-2"].map((client_id) => ({ client_id, client_secret: secret }));
    const authorizationServer = await using(startAuthorizationServer({ clients: registered }));
    const api = await using(startProtectedApi({ authorizationServer }));
    const { tokenEndpoint } = authorizationServer;
    const clients = async (clientId: string) => {
      return { tokenEndpoint, clientId, clientAuthentication: clientSecretPost(secret) };
    };
    const tokens = await using(createTokenManager<string>({ clients }));
    for (const name of ["t-1", "t-2", "t-1"]) await tokens.fetch(name, { baseUrl: api.origin })("/");
    expect(api.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(authorizationServer.tokenRequests.map(({ clientId }) => clientId)).toEqual(["t-1", "t-2"]);
  });
});
