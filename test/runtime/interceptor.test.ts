import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { type Agent, type Dispatcher, interceptors, request } from "undici";
import { describe, expect, test } from "vitest";
import type { InterceptorOptions } from "../../runtime/src/token-manager.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { createAgent, using } from "../support/disposal.ts";
import { type Script, startApi, startServer, startTokenEndpoint } from "../support/scripted-server.ts";

/** An API that takes only the second token, and an undici call that goes through the interceptor. */
async function setUp({
  script,
  login,
  accepted = ["token-2"],
  agent = createAgent(),
  options = {},
}: {
  script?: Script;
  login?: Script;
  accepted?: string[];
  agent?: Agent;
  options?: Partial<InterceptorOptions>;
} = {}) {
  const endpoint = await using(login === undefined ? startTokenEndpoint() : startServer(login));
  const api = await using(startApi(new Set(accepted), script));
  const clients = { a: { tokenEndpoint: `${endpoint.origin}/token`, clientId: "a" } };
  const tokens = await using(createTokenManager({ clients }));
  const dispatcher = agent.compose(tokens.interceptor("a", { baseUrl: api.origin, ...options }));
  const send = (given: object = {}, origin = api.origin) =>
    request(`${origin}/items`, { dispatcher, ...given });
  return { login: endpoint, api, tokens, dispatcher, send };
}

const oneShot = () => Readable.from(["one ", "shot"]);

describe("a call", () => {
  test("carries the token, and the next one reuses it", async () => {
    const { send, api, login } = await setUp({ accepted: ["token-1"] });
    for (const answer of [await send(), await send()]) expect(await answer.body.json()).toEqual({ ok: true });
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-1",
    ]);
    expect(login.requests).toHaveLength(1);
  });

  test.each<[string, object]>([
    ["an object", { "x-a": "1" }],
    ["a flat list", ["x-a", "1"]],
    ["an iterable of pairs", new Map([["x-a", "1"]])],
  ])("keeps its headers when they are %s", async (_, headers) => {
    const { send, api } = await setUp({ accepted: ["token-1"] });
    await (await send({ headers })).body.dump();
    expect(api.requests[0]?.headers).toMatchObject({ "x-a": "1", authorization: "Bearer token-1" });
  });

  test.each<[string, object]>([
    ["an object", { Authorization: "Basic x" }],
    ["a flat list", ["AUTHORIZATION", "Basic x"]],
    ["an iterable of pairs", new Map([["authorization", "Basic x"]])],
  ])("is refused when it brings an Authorization field in %s", async (_, headers) => {
    const { send, api } = await setUp();
    await expect(send({ headers })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    expect(api.requests).toHaveLength(0);
  });

  test("keeps the headers that it was sent with while it waits for a token", async () => {
    const headers = ["x-a", "1"];
    const login = () => {
      headers.push("authorization", "Basic x");
      return { access_token: "token-1", token_type: "Bearer", expires_in: 3600 };
    };
    const { send, api } = await setUp({ accepted: ["token-1"], login });
    expect((await send({ headers })).statusCode).toBe(200);
    expect(api.requests[0]?.headers.authorization).toBe("Bearer token-1");
  });

  test("keeps repeated headers, and those of an iterator for the re-send", async () => {
    const { send, api } = await setUp();
    const pairs = [
      ["x-a", "1"],
      ["x-a", "2"],
    ] as const;
    await (await send({ headers: pairs.values() })).body.dump();
    expect(api.requests.map(({ headers }) => headers["x-a"])).toEqual(["1, 2", "1, 2"]);
  });

  test.each([null, 0, ""])("that is aborted for no reason rejects all the same: %j", async (reason) => {
    const controller = new AbortController();
    const { send } = await setUp({ login: () => controller.abort(reason) });
    await expect(send({ signal: controller.signal })).rejects.toThrow("aborted");
  });

  test("may bring an event emitter as its signal", async () => {
    const { send } = await setUp({ accepted: ["token-1"] });
    expect((await send({ signal: new EventEmitter() })).statusCode).toBe(200);
  });

  test("to another origin passes without a token", async () => {
    const { send, login } = await setUp();
    const foreign = await using(startServer(() => ({ foreign: true })));
    expect(await (await send({}, foreign.origin)).body.json()).toEqual({ foreign: true });
    expect(foreign.requests[0]?.headers.authorization).toBeUndefined();
    expect(login.requests).toHaveLength(0);
  });

  test("uses its own token parameters over those of the interceptor", async () => {
    const { send, login } = await setUp({ options: { token: { scope: "x", audience: "y" } } });
    await (await send({ token: { scope: "z" } })).body.dump();
    expect(login.requests[0]?.body.toString()).toContain("scope=z&audience=y");
  });

  test("is not sent when there is no token", async () => {
    const { send, api } = await setUp({ login: (_, response) => void response.writeHead(400).end() });
    await expect(send()).rejects.toMatchObject({ name: "TokenError", code: "ERR_TOKEN_ENDPOINT_REJECTED" });
    expect(api.requests).toHaveLength(0);
  });

  test("that is aborted while it waits for a token rejects with the reason and is not sent", async () => {
    const controller = new AbortController();
    const { send, api } = await setUp({ login: () => controller.abort(new Error("stop")) });
    await expect(send({ signal: controller.signal })).rejects.toThrow("stop");
    expect(api.requests).toHaveLength(0);
  });
});

describe("a 401", () => {
  test("is answered by one re-send with a new token", async () => {
    const { send, api, login } = await setUp();
    const answer = await send();
    expect(answer.statusCode).toBe(200);
    expect(await answer.body.json()).toEqual({ ok: true });
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    expect(login.requests).toHaveLength(2);
  });

  test("that finds the token not enough reaches the caller without a renewal", async () => {
    const { tokens, login } = await setUp();
    const challenge = 'Bearer error="insufficient_scope", scope="catalog:write"';
    const api = await using(
      startServer((_, response) => void response.writeHead(401, { "www-authenticate": challenge }).end()),
    );
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    expect((await request(api.origin, { dispatcher })).statusCode).toBe(401);
    expect((await tokens.fetch("a", { baseUrl: api.origin })("/")).status).toBe(401);
    expect(login.requests).toHaveLength(1);
  });

  test("that comes twice reaches the caller as it came", async () => {
    const { send, api } = await setUp({ accepted: [] });
    const answer = await send();
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
    expect(await answer.body.json()).toEqual({ error: "invalid_token" });
    expect(api.requests).toHaveLength(2);
  });

  test("reaches the caller whole when the renewal fails", async () => {
    let asked = 0;
    const login: Script = (_, response) => {
      if (asked++ === 0) return { access_token: "token-1", token_type: "Bearer" };
      return void response.writeHead(400).end();
    };
    const { send, api } = await setUp({ login });
    const answer = await send();
    expect(answer.statusCode).toBe(401);
    expect(await answer.body.json()).toEqual({ error: "invalid_token" });
    expect(api.requests).toHaveLength(1);
  });

  test("with a long body reaches the caller whole when the renewal fails", async () => {
    const long = "x".repeat(1 << 20);
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const login: Script = async (_, response) => {
      if (asked++ === 0) return { access_token: "token-1", token_type: "Bearer" };
      await sent;
      return void response.writeHead(400).end();
    };
    const { tokens } = await setUp({ login });
    const api = await using(
      startServer((_, response) => {
        response.writeHead(401);
        response.write(long.slice(0, 200_000), () => resolve());
        response.end(long.slice(200_000));
      }),
    );
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const answer = await request(api.origin, { dispatcher });
    expect(answer.statusCode).toBe(401);
    expect((await answer.body.text()) === long).toBe(true);
  });

  test("is not re-sent when the server gives the rejected token again", async () => {
    const login: Script = () => ({ access_token: "token-1", token_type: "Bearer" });
    const { send, api } = await setUp({ login });
    expect((await send()).statusCode).toBe(401);
    expect(api.requests).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["a string", "body"],
    ["bytes", Buffer.from("body")],
    ["a function that returns a stream", () => Readable.from(["bo", "dy"])],
  ])("replays a body that is %s", async (_, body) => {
    const { send, api } = await setUp();
    expect((await send({ method: "POST", body })).statusCode).toBe(200);
    expect(api.requests.map(({ body }) => body.toString())).toEqual(["body", "body"]);
  });

  test("to a one-shot stream reaches the caller, and the next call has a new token", async () => {
    const { send, api } = await setUp();
    expect((await send({ method: "POST", body: oneShot() })).statusCode).toBe(401);
    expect((await send({ method: "POST", body: oneShot() })).statusCode).toBe(200);
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  test("leaves its connection to the re-send when its body is short", async () => {
    const agent = createAgent({ connections: 1 });
    let connections = 0;
    agent.on("connect", () => connections++);
    const { send } = await setUp({ agent });
    await (await send()).body.dump();
    await (await send()).body.dump();
    expect(connections).toBe(1);
  });

  test("gives up the connection of a longer body", async () => {
    const { tokens } = await setUp();
    const api = await using(
      startServer(({ headers }, response) => {
        if (headers.authorization === "Bearer token-2") return { ok: true };
        return void response.writeHead(401).write("x".repeat(1 << 20));
      }),
    );
    const agent = createAgent();
    const gone = once(agent, "disconnect");
    const dispatcher = agent.compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const answer = await request(api.origin, { dispatcher });
    expect(await answer.body.json()).toEqual({ ok: true });
    await gone;
  });

  test("gives up the connection of an answer that does not end", async () => {
    const { tokens } = await setUp();
    const api = await using(
      startServer(({ headers }, response) => {
        if (headers.authorization === "Bearer token-2") return { ok: true };
        return void response.writeHead(401).write("drip");
      }),
    );
    const agent = createAgent();
    const gone = once(agent, "disconnect");
    const dispatcher = agent.compose(tokens.interceptor("a", { baseUrl: api.origin }));
    expect(await (await request(api.origin, { dispatcher })).body.json()).toEqual({ ok: true });
    await gone;
  });

  test("whose body function fails the second time ends with its error, and closing does not wait for it", async () => {
    const { send, tokens } = await setUp();
    let opened = 0;
    const body = () => {
      if (opened++ > 0) throw new Error("gone");
      return Readable.from(["body"]);
    };
    await expect(send({ method: "POST", body })).rejects.toThrow("gone");
    await tokens.close();
  });

  test("of an origin that a redirect led to is no rejection of ours", async () => {
    const { tokens, api, login } = await setUp({ accepted: ["token-1"] });
    const foreign = await using(startServer((_, response) => void response.writeHead(401).end()));
    api.script = (_, response) => void response.writeHead(307, { location: foreign.origin }).end();
    const dispatcher = createAgent()
      .compose(interceptors.redirect({ maxRedirections: 2 }))
      .compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const answer = await request(api.origin, { dispatcher });
    expect(answer.statusCode).toBe(401);
    expect([foreign.requests.length, login.requests.length]).toEqual([1, 1]);
    expect(foreign.requests[0]?.headers.authorization).toBeUndefined();
  });

  test("whose handler aborts while it is held ends once, and nothing is re-sent", async () => {
    let asked = 0;
    const { promise: renewing, resolve: renew } = Promise.withResolvers<void>();
    const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
    const login: Script = async () => {
      if (asked++ > 0) {
        renew();
        await aborted;
      }
      return { access_token: `token-${asked}`, token_type: "Bearer" };
    };
    const { api, dispatcher, tokens } = await setUp({ login });
    const errors: Error[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        controller = given;
      },
      onResponseStart: () => expect.unreachable(),
      onResponseData: () => expect.unreachable(),
      onResponseEnd: () => expect.unreachable(),
      onResponseError: (_, error) => void errors.push(error),
    };
    dispatcher.dispatch({ origin: api.origin, path: "/", method: "GET" }, handler);
    await renewing;
    const reason = new Error("mine");
    controller?.abort(reason);
    abort();
    await tokens.getAccessToken("a");
    expect(errors).toEqual([reason]);
    expect(api.requests).toHaveLength(1);
  });

  test("whose caller aborts during the renewal ends with the caller's reason, and nothing is re-sent", async () => {
    const controller = new AbortController();
    let asked = 0;
    const login: Script = () => {
      if (asked++ === 0) return { access_token: "token-1", token_type: "Bearer" };
      controller.abort(new Error("stop"));
      return { access_token: "token-2", token_type: "Bearer" };
    };
    const { send, api } = await setUp({ login });
    await expect(send({ signal: controller.signal })).rejects.toThrow("stop");
    expect(api.requests).toHaveLength(1);
  });
});

describe("composition", () => {
  test("refuses at once the handlers of another undici, whose calls would never end", async () => {
    const { dispatcher, api } = await setUp();
    const call = fetch(api.origin, { dispatcher } as object);
    await expect(call).rejects.toMatchObject({ cause: { code: "ERR_INVALID_OPTION" } });
  });

  test("does not let a retry interceptor ask for a token again after a failure", async () => {
    const { login, tokens, api } = await setUp({
      login: (_, response) => void response.writeHead(400).end(),
    });
    const dispatcher: Dispatcher = createAgent().compose(
      tokens.interceptor("a", { baseUrl: api.origin }),
      interceptors.retry({ minTimeout: 1 }),
    );
    await expect(request(api.origin, { dispatcher })).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_REJECTED",
    });
    expect(login.requests).toHaveLength(1);
  });
});
