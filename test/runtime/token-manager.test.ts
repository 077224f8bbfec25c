import { request } from "undici";
import { describe, expect, test, vi } from "vitest";
import { createTokenManager, type TokenManagerOptions } from "../../runtime/src/token-manager.ts";
import type { TokenParameters } from "../../runtime/src/token-parameters.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { readForm, startApi, startServer, startTokenEndpoint } from "../support/scripted-server.ts";

async function setUp(options: Partial<TokenManagerOptions<"a" | "b">> = {}) {
  const login = await using(startTokenEndpoint());
  const tokenEndpoint = `${login.origin}/token`;
  const clients = { a: { tokenEndpoint, clientId: "a" }, b: { tokenEndpoint, clientId: "b" } };
  return { login, tokens: await using(createTokenManager({ clients, ...options })) };
}

const values = async (tokens: Promise<{ value: string }>[]) =>
  (await Promise.all(tokens)).map(({ value }) => value);

describe("getAccessToken", () => {
  test("makes one token request for 1,000 concurrent first calls", async () => {
    const { login, tokens } = await setUp();
    const got = await values(Array.from({ length: 1000 }, () => tokens.getAccessToken("a")));
    expect(new Set(got)).toEqual(new Set(["token-1"]));
    expect(login.requests).toHaveLength(1);
  });

  test("asks for two scopes twice, and for one scope in any order or spelled as the default once", async () => {
    const login = await using(startTokenEndpoint());
    const a = { tokenEndpoint: login.origin, clientId: "a", scope: "x y" };
    const tokens = await using(createTokenManager({ clients: { a } }));
    const scopes = [undefined, "x y", "y x", ["y", "x"], "x"];
    await values(scopes.map((scope) => tokens.getAccessToken("a", scope === undefined ? {} : { scope })));
    expect(login.requests.map((request) => readForm(request).get("scope"))).toEqual(["x y", "x"]);
  });

  test("never shares a token between two clients or two tenants of one", async () => {
    const { login, tokens } = await setUp();
    const tenants = ["blue", "red"].map((tenant) => tokens.getAccessToken("a", { parameters: { tenant } }));
    await values([tokens.getAccessToken("a"), tokens.getAccessToken("b"), ...tenants]);
    expect(login.requests).toHaveLength(4);
  });

  test("with forceRenewal asks, and its token replaces the cached one for later calls", async () => {
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(await tokens.getAccessToken("a")).toMatchObject({ value: "token-2" });
  });

  test("renews by the injected clock", async () => {
    const clock = { now: 0 };
    const { tokens } = await setUp({ now: () => clock.now });
    await tokens.getAccessToken("a");
    clock.now = 3_539_999;
    expect(await tokens.getAccessToken("a")).toMatchObject({ value: "token-1" });
    clock.now = 3_540_000;
    expect(await tokens.getAccessToken("a")).toMatchObject({ value: "token-2" });
  });

  test("rejects with ERR_TOKEN_CLIENT_UNKNOWN for a name that is not defined", async () => {
    const { tokens } = await setUp();
    await expect(tokens.getAccessToken("c" as "a")).rejects.toMatchObject({
      code: "ERR_TOKEN_CLIENT_UNKNOWN",
      client: "c",
    });
  });
});

describe("createTokenManager", () => {
  test("shares tokens through a user's own store of three methods", async () => {
    const values = new Map<string, string>();
    const store = {
      get: async (key: string) => values.get(key),
      set: async (key: string, value: string) => values.set(key, value),
      delete: async (key: string) => values.delete(key),
    };
    const cache = { store, encryption: { keys: [{ id: "k", key: Buffer.alloc(32, 7) }] } };
    const { login, tokens } = await setUp({ cache });
    const other = await using(
      createTokenManager({
        clients: { a: { tokenEndpoint: `${login.origin}/token`, clientId: "a" } },
        cache,
      }),
    );
    const token = await tokens.getAccessToken("a");
    await vi.waitUntil(() => values.size > 0);
    expect(await other.getAccessToken("a")).toEqual(token);
    expect(login.requests).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["clients", undefined],
    ["clients", {}],
    ["clients", { clients: null }],
    ["tokenParameters", { clients: { a: {} }, tokenParameters: {} }],
    ["now", { clients: { a: {} }, now: 5 }],
    ["definitionTtlMs", { clients: () => undefined, definitionTtlMs: -1 }],
    ["cache.max", { clients: () => undefined, cache: { max: 0 } }],
    ["cache.store", { clients: () => undefined, cache: { store: {}, encryption: "none" } }],
    ["cache.encryption", { clients: () => undefined, cache: { store: createMemoryStore() } }],
    [
      "cache.lockWaitMs",
      { clients: () => undefined, cache: { store: createMemoryStore(), encryption: "none", lockWaitMs: 0 } },
    ],
  ])("refuses what is no %s: %j", (option, given) => {
    expect(() => createTokenManager(given as TokenManagerOptions<string>)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(option) }),
    );
  });
});

describe("invalidate", () => {
  test("makes the next call ask, for that client alone", async () => {
    const { tokens } = await setUp();
    await values([tokens.getAccessToken("a"), tokens.getAccessToken("b")]);
    tokens.invalidate("a");
    expect(await values([tokens.getAccessToken("a"), tokens.getAccessToken("b")])).toEqual([
      "token-3",
      "token-2",
    ]);
  });

  test("with parameters drops just that token", async () => {
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    await tokens.getAccessToken("a", { scope: "x" });
    tokens.invalidate("a", { scope: "x" });
    expect(await tokens.getAccessToken("a")).toMatchObject({ value: "token-1" });
    expect(await tokens.getAccessToken("a", { scope: "x" })).toMatchObject({ value: "token-3" });
  });

  test.each<[string, TokenParameters | undefined]>([
    ["all", undefined],
    ["one", { scope: "x" }],
  ])("drops what a process that is gone has shared: %s", async (_, parameters) => {
    const cache = { store: createMemoryStore(), encryption: "none" } as const;
    const { login, tokens: gone } = await setUp({ cache });
    const { value } = await gone.getAccessToken("a", parameters);
    await gone.close();
    const clients = { a: { tokenEndpoint: `${login.origin}/token`, clientId: "a" } };
    const tokens = await using(createTokenManager({ clients, cache }));
    tokens.invalidate("a", parameters);
    expect(await tokens.getAccessToken("a", parameters)).not.toMatchObject({ value });
  });

  test.each<[string, TokenParameters | undefined, number]>([
    ["the client's", undefined, 2],
    ["that one's", { scope: "x" }, 1],
  ])("has the next call ask although the last one failed: %s", async (_, parameters, want) => {
    const { login, tokens } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end('{"error":"invalid_client"}');
    const askAll = async () => {
      const before = login.requests.length;
      const calls = [
        tokens.getAccessToken("a"),
        tokens.getAccessToken("a", { scope: "x" }),
        tokens.getAccessToken("b"),
      ];
      await Promise.allSettled(calls);
      return login.requests.length - before;
    };
    expect([await askAll(), await askAll()]).toEqual([3, 0]);
    tokens.invalidate("a", parameters);
    expect(await askAll()).toBe(want);
  });
});

describe("a rejected token", () => {
  test("costs one token request for 1,000 concurrent calls that were sent with it", async () => {
    const { login, tokens } = await setUp();
    await tokens.getAccessToken("a");
    const api = await using(startApi(new Set(["token-2"])));
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => request(api.origin, { dispatcher })),
    );
    for (const answer of answers) await answer.body.dump();
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(login.requests).toHaveLength(2);
  });
});

describe("an API that rejects every token", () => {
  test.each(["interceptor", "fetch"])("does not turn into a storm on the token endpoint: %s", async (way) => {
    const clock = { now: 0 };
    const { login, tokens } = await setUp({ now: () => clock.now });
    const accepted = new Set<string>();
    const api = await using(startApi(accepted));
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const fetch = tokens.fetch("a", { baseUrl: api.origin });
    const callApi = async () => {
      if (way === "fetch") return (await fetch("/")).status;
      const { statusCode, body } = await request(api.origin, { dispatcher });
      await body.dump();
      return statusCode;
    };
    const callAll = async () => {
      const asked = login.requests.length;
      const statuses = await Promise.all(Array.from({ length: 10 }, callApi));
      return [new Set(statuses), login.requests.length - asked];
    };
    const rejected = new Set([401]);
    expect(await callAll()).toEqual([rejected, 2]);
    expect(await callAll()).toEqual([rejected, 0]);
    clock.now += 1000;
    expect(await callAll()).toEqual([rejected, 1]);
    clock.now += 1999;
    expect(await callAll()).toEqual([rejected, 0]);
    clock.now += 1;
    expect(await callAll()).toEqual([rejected, 1]);
    accepted.add("token-4");
    expect(await callAll()).toEqual([new Set([200]), 0]);
    accepted.clear();
    accepted.add("token-5");
    expect(await callAll()).toEqual([new Set([200]), 1]);
  });
});

describe("close", () => {
  test("waits for the request under way", async () => {
    const { tokens } = await setUp();
    const got = tokens.getAccessToken("a");
    await tokens.close();
    expect(await got).toMatchObject({ value: "token-1" });
  });

  test("lets nothing new begin", async () => {
    const { tokens } = await setUp();
    const fetch = tokens.fetch("a", { baseUrl: "https://api.example" });
    await tokens.close();
    const closed = { code: "ERR_INVALID_OPTION", message: "the token manager is closed" };
    await expect(tokens.getAccessToken("a")).rejects.toMatchObject(closed);
    await expect(fetch("/")).rejects.toMatchObject(closed);
  });

  test("lets a call that was sent before renew its token and be sent again", async () => {
    const { tokens } = await setUp();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: closing, resolve: release } = Promise.withResolvers<void>();
    const api = await using(
      startServer(async ({ headers }, response) => {
        if (headers.authorization === "Bearer token-2") return { ok: true };
        arrive();
        await closing;
        return void response.writeHead(401).end();
      }),
    );
    const agent = tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const answers = [
      request(api.origin, { dispatcher: agent }),
      tokens.fetch("a", { baseUrl: api.origin })("/"),
    ];
    await arrived;
    const closed = tokens.close();
    release();
    const [answer, response] = await Promise.all(answers as [ReturnType<typeof request>, Promise<Response>]);
    expect(await answer.body.json()).toEqual({ ok: true });
    expect(await response.json()).toEqual({ ok: true });
    await closed;
  });

  test("leaves a given dispatcher open", async () => {
    const dispatcher = createAgent();
    const { tokens } = await setUp({ dispatcher });
    await tokens.getAccessToken("a");
    await tokens.close();
    expect(dispatcher.closed).toBe(false);
  });
});

describe("a proxy of the environment", () => {
  test("is not asked for loopback, where plain http is let through because it stays on this host", async () => {
    const proxy = await using(startServer((_, response) => void response.writeHead(502).end()));
    vi.stubEnv("HTTP_PROXY", proxy.origin);
    atEnd(() => vi.unstubAllEnvs());
    const { tokens } = await setUp();
    expect(await tokens.getAccessToken("a")).toMatchObject({ value: "token-1" });
    expect(proxy.requests).toHaveLength(0);
  });
});

describe("construction", () => {
  test("rejects an empty record of clients", () => {
    expect(() => createTokenManager({ clients: {} })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });

  test.each(["fetch", "interceptor"] as const)("of a %s without any origin is refused", async (way) => {
    const { tokens } = await setUp();
    for (const options of [{}, undefined as never]) {
      expect(() => tokens[way]("a", options)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
      );
    }
  });

  test("names a client that is undefined", () => {
    expect(() => createTokenManager({ clients: { a: undefined as never } })).toThrow(/token client "a"/);
  });
});
