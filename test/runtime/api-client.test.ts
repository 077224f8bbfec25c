import { Readable } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ApiClient, type ApiClientOptions, ApiGroup, call } from "../../runtime/src/api-client.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { createAgent, using } from "../support/disposal.ts";
import { type Script, startApi, startServer, startTokenEndpoint } from "../support/scripted-server.ts";

const json = ["application/json"];
const operations = {
  get: {
    method: "GET",
    path: ["/items/", { name: "id" }],
    query: [{ name: "q" }],
    responses: { 200: json },
    scopes: [],
  },
  post: {
    method: "POST",
    path: ["/items"],
    headers: [{ name: "X-A" }],
    body: { required: true, content: [{ mediaType: "application/json" }] },
    responses: { 201: json, 409: json },
    scopes: [],
  },
  upload: {
    method: "PUT",
    path: ["/image"],
    body: { content: [{ mediaType: "image/*" }] },
    responses: { 200: json },
    scopes: [],
  },
  health: { method: "GET", path: ["/health"], responses: { 200: ["text/plain"] } },
} satisfies Record<string, Operation>;

interface Paths {
  "/items": {
    get: { responses: { 200: { content: { "application/json": { ok: boolean } } } } };
    post: never;
  };
}

class TestClient<Bound extends string = "a"> extends ApiClient<Paths> {
  constructor(options: ApiClientOptions<Bound>) {
    super({ name: "TestClient", tokenClient: "a" }, options);
  }
}

async function setUp(
  given: { script?: Script; accepted?: string[]; options?: Partial<ApiClientOptions<"a" | "b">> } = {},
) {
  const login = await using(startTokenEndpoint());
  const api = await using(startApi(new Set(given.accepted ?? ["token-2"]), given.script));
  const tokenEndpoint = `${login.origin}/token`;
  const clients = { a: { tokenEndpoint, clientId: "a" }, b: { tokenEndpoint, clientId: "b" } };
  const tokens = await using(createTokenManager({ clients }));
  return {
    login,
    api,
    tokens,
    client: new TestClient({ tokens, baseUrl: `${api.origin}/base/`, ...given.options }),
  };
}

const path = { id: "42" };

describe("a group", () => {
  class Items extends ApiGroup {
    get(id: string): Promise<unknown> {
      return this[call](operations.get, { path: { id } });
    }
  }

  test("calls through its client", async () => {
    const { client, api } = await setUp();
    expect(await new Items(client).get("42")).toMatchObject({ ok: true });
    expect(api.requests.map(({ path }) => path)).toEqual(["/base/items/42", "/base/items/42"]);
  });
});

describe("a call", () => {
  test("sends path, query, headers and body, and resolves to the data", async () => {
    const { client, api } = await setUp({
      accepted: ["token-1"],
      script: (_, r) => void r.writeHead(201, { "content-type": "application/json" }).end('{"id":1}'),
    });
    const result = await client[call](operations.post, { body: { name: "Widget" }, headers: { "X-A": 1 } });
    expect(result).toMatchObject({
      ok: true,
      status: 201,
      data: { id: 1 },
      response: { status: 201, url: `${api.origin}/base/items` },
    });
    expect(api.requests[0]).toMatchObject({
      method: "POST",
      path: "/base/items",
      headers: {
        "x-a": "1",
        "content-type": "application/json",
        accept: "application/json",
        authorization: "Bearer token-1",
      },
      body: Buffer.from('{"name":"Widget"}'),
    });
  });

  test("is sent once more with a new token after a 401", async () => {
    const { client, api } = await setUp();
    expect(await client[call](operations.get, { path })).toMatchObject({ ok: true, data: { ok: true } });
    expect(api.requests).toHaveLength(2);
  });

  test("resolves to the second 401 as a failure", async () => {
    const { client } = await setUp({ accepted: [] });
    expect(await client[call](operations.get, { path })).toMatchObject({
      ok: false,
      status: 401,
      error: { error: "invalid_token" },
    });
  });

  test("resolves to the first 401, however long, when the renewal fails", async () => {
    const { client, login, tokens, api } = await setUp({ accepted: [] });
    await tokens.getAccessToken("a");
    login.script = (_, response) => void response.writeHead(400).end();
    const long = "x".repeat(1 << 20);
    api.script = (_, response) => void response.writeHead(401, { "content-type": "text/plain" }).end(long);
    const result = await client[call](operations.get, { path });
    expect(result).toMatchObject({ ok: false, status: 401 });
    expect("error" in result && result.error === long).toBe(true);
  });

  test("of a public operation requests no token", async () => {
    const { client, login, api } = await setUp();
    api.script = ({ headers }) => ({ token: headers.authorization ?? null });
    expect(await client[call](operations.health)).toMatchObject({ ok: true, data: '{"token":null}' });
    expect(login.requests).toHaveLength(0);
  });

  test("uses its own token parameters, and the rebound token client", async () => {
    const { client, login } = await setUp({ options: { tokenClient: "b" } });
    await client[call](operations.get, { path, token: { scope: "x", forceRenewal: true } });
    const form = login.requests[0]?.body.toString();
    expect(form).toContain("client_id=b");
    expect(form).toContain("scope=x");
  });

  test("takes a function that returns a stream as the body of a public operation too", async () => {
    const { client, api } = await setUp();
    api.script = () => ({ ok: true });
    const operation = { ...operations.upload, scopes: undefined } as unknown as Operation;
    const open = await using(startServer(() => ({ ok: true })));
    await client[call](operation, {
      body: () => new Blob(["text"]).stream(),
      contentType: "image/png",
      baseUrl: open.origin,
    });
    expect(open.requests[0]?.body.toString()).toBe("text");
  });

  test("goes before what the client sends with every call", async () => {
    const headers = { "X-A": "client", Accept: "application/vnd.x+json", "X-B": "client" };
    const { client, api } = await setUp({ accepted: ["token-1"], options: { headers } });
    await client[call](operations.post, { body: {}, headers: { "X-A": "call" } });
    expect(api.requests[0]?.headers).toMatchObject({
      "x-a": "call",
      "x-b": "client",
      accept: "application/vnd.x+json",
    });
  });

  test("asks for what it accepts, whatever the client sends with every call, and has data of that alone", async () => {
    const xml = { mediaType: "application/xml", isAlternative: true } as const;
    const operation = { ...operations.get, responses: { 200: ["application/json", xml] } };
    const script: Script = ({ headers }, response) => {
      response.setHeader(
        "content-type",
        headers.accept === "application/json" ? headers.accept : "application/xml",
      );
      response.end("1");
    };
    const { client, api } = await setUp({
      script,
      accepted: ["token-1"],
      options: { headers: { accept: "text/html" } },
    });
    expect(await client[call](operation, { path, accept: "application/xml" })).toMatchObject({
      ok: true,
      data: "1",
    });
    expect(await client[call](operation, { path, accept: "application/json" })).toMatchObject({
      ok: true,
      data: 1,
    });
    expect(await client[call](operation, { path })).toMatchObject({
      ok: false,
      status: "invalid",
      error: "1",
    });
    const sent = api.requests.map(({ headers }) => headers.accept);
    expect(sent).toEqual(["application/xml", "application/json", "text/html"]);
    await expect(client[call](operation, { path, accept: "text/csv" })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
    });
  });

  test("sends the headers of the client with every call", async () => {
    const { client, api } = await setUp({ options: { headers: { "x-tenant": "blue" } } });
    await client[call](operations.get, { path });
    expect(api.requests[0]?.headers["x-tenant"]).toBe("blue");
  });
});

describe("an answer that finds the token not enough", () => {
  test.each([401, 403])(
    "is the result, with the missing scope, and no token is requested for it: %i",
    async (status) => {
      const { client, login, api } = await setUp({ accepted: ["token-1"] });
      api.script = (_, response) => {
        const challenge = 'Bearer error="insufficient_scope", scope="catalog:write"';
        return void response.writeHead(status, { "www-authenticate": challenge }).end();
      };
      expect(await client[call](operations.get, { path })).toMatchObject({
        ok: false,
        response: { status, missingScope: "catalog:write" },
      });
      expect([api.requests.length, login.requests.length]).toEqual([1, 1]);
    },
  );

  test.each<[string, object]>([
    ["insufficient_user_authentication", { acr_values: "high", max_age: "5" }],
    ["insufficient_claims", { claims: "eyJhIjoxfQ" }],
  ])("is the result, with what it asks for instead: %s", async (error, asked) => {
    const { client, login, api } = await setUp({ accepted: ["token-1"] });
    api.script = (_, response) => {
      const parameters = Object.entries(asked).map(([name, value]) => `, ${name}="${value}"`);
      response.writeHead(401, { "www-authenticate": `Bearer error="${error}"${parameters.join("")}` }).end();
    };
    expect(await client[call](operations.get, { path })).toMatchObject({
      status: 401,
      response: { challenges: [{ scheme: "bearer", parameters: { error, ...asked } }] },
    });
    expect([api.requests.length, login.requests.length]).toEqual([1, 1]);
  });
});

describe("a call that is not sent", () => {
  test.each<[string, Operation, object, string]>([
    ["a missing path value", operations.get, {}, "ERR_INVALID_OPTION"],
    ["a dot segment", operations.get, { path: { id: ".." } }, "ERR_INVALID_OPTION"],
    ["a missing body", operations.post, {}, "ERR_INVALID_OPTION"],
    [
      "a foreign base URL",
      operations.get,
      { path, baseUrl: "https://foreign.example" },
      "ERR_ORIGIN_NOT_ALLOWED",
    ],
    [
      "a base URL with a query",
      operations.health,
      { baseUrl: "https://api.example/?a=1" },
      "ERR_INVALID_OPTION",
    ],
    ["a timeout that no timer takes", operations.health, { timeoutMs: 2 ** 31 }, "ERR_INVALID_OPTION"],
    ["a timeout below 0", operations.health, { timeoutMs: -1 }, "ERR_INVALID_OPTION"],
    [
      "a header with a line break",
      operations.post,
      { body: {}, headers: { "X-A": "a\r\nb" } },
      "ERR_INVALID_OPTION",
    ],
    ["a plain http base URL", operations.health, { baseUrl: "http://foreign.example" }, "ERR_INVALID_OPTION"],
  ])("rejects for %s", async (_, operation, input, code) => {
    const { client, api, login } = await setUp();
    await expect(client[call](operation, input)).rejects.toMatchObject({ code });
    expect([...api.requests, ...login.requests]).toHaveLength(0);
  });

  test("rejects with the TokenError when there is no token", async () => {
    const { client, login, api } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end('{"error":"invalid_client"}');
    await expect(client[call](operations.get, { path })).rejects.toMatchObject({ name: "TokenError" });
    expect(api.requests).toHaveLength(0);
  });

  test("rejects with the reason of a signal that was aborted before", async () => {
    const { client, login } = await setUp();
    const signal = AbortSignal.abort(new Error("early"));
    await expect(client[call](operations.get, { path, signal })).rejects.toThrow("early");
    expect(login.requests).toHaveLength(0);
  });
});

describe("no answer", () => {
  const query = { q: "private" };

  test("rejects with ApiTimeoutError after timeoutMs, body included", async () => {
    const { client } = await setUp({
      accepted: ["token-1"],
      script: (_, response) => void response.writeHead(200).write("{"),
    });
    const got = client[call](operations.get, { path, query, timeoutMs: 100 });
    await expect(got).rejects.toMatchObject({
      name: "ApiTimeoutError",
      operation: "GET /items/{id}",
      method: "GET",
    });
  });

  test("rejects with ApiTimeoutError while it waits for a token, and sends nothing after", async () => {
    const { client, login, api, tokens } = await setUp({ accepted: ["token"] });
    const { promise: timedOut, resolve } = Promise.withResolvers<void>();
    login.script = async () => {
      await timedOut;
      return { access_token: "token", token_type: "Bearer" };
    };
    await expect(client[call](operations.get, { path, timeoutMs: 50 })).rejects.toMatchObject({
      name: "ApiTimeoutError",
    });
    resolve();
    await tokens.getAccessToken("a");
    await client[call](operations.get, { path: { id: "next" } });
    expect(api.requests.map(({ path }) => path)).toEqual(["/base/items/next"]);
  });

  test("after timeoutMs leaves no token request behind that nobody waits for", async () => {
    const { client, login } = await setUp();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    login.script = (_, response) => void response.on("close", resolve);
    await expect(client[call](operations.get, { path, timeoutMs: 500 })).rejects.toMatchObject({
      name: "ApiTimeoutError",
    });
    await gone;
  });

  test("rejects with the signal's reason when aborted in the middle", async () => {
    const controller = new AbortController();
    const { client } = await setUp({ accepted: ["token-1"], script: () => controller.abort("mine") });
    await expect(client[call](operations.get, { path, signal: controller.signal })).rejects.toBe("mine");
  });

  test("rejects with ApiConnectionError, without the query, when the connection breaks", async () => {
    const { client, api } = await setUp({
      accepted: ["token-1"],
      script: (_, response) => void response.destroy(),
    });
    const error = await client[call](operations.get, { path, query }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      name: "ApiConnectionError",
      url: `${api.origin}/base/items/42`,
      cause: { code: "UND_ERR_SOCKET" },
    });
  });
});

describe("a compressed answer", () => {
  test.each<[string, (body: string) => Buffer]>([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
    ["GZIP, br", (body) => brotliCompressSync(gzipSync(body))],
  ])("is read: %s", async (coding, compress) => {
    const headers = { "content-type": "application/json", "content-encoding": coding };
    const script: Script = (_, response) => void response.writeHead(200, headers).end(compress('{"a":1}'));
    const { client } = await setUp({ accepted: ["token-1"], script });
    expect(await client[call](operations.get, { path })).toMatchObject({ ok: true, data: { a: 1 } });
  });

  test("that is broken is no answer", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const script: Script = (_, response) => void response.writeHead(200, headers).end("not gzip");
    const { client } = await setUp({ accepted: ["token-1"], script });
    await expect(client[call](operations.get, { path })).rejects.toMatchObject({
      name: "ApiConnectionError",
    });
  });
});

describe("a body that can be sent only once", () => {
  const putImage = {
    method: "PUT",
    path: ["/image/", { name: "id" }],
    body: { content: [{ mediaType: "image/png" }] },
    responses: {},
    scopes: [],
  };
  const once = () => new Readable({ read() {} });

  test.each<[string, object]>([
    ["a missing path value", {}],
    ["a signal that was aborted", { path, signal: AbortSignal.abort() }],
    ["a timeout while it waits for a token", { path, timeoutMs: 1 }],
    ["a foreign origin", { path, baseUrl: "https://foreign.example" }],
  ])("is let go of when nothing is sent: %s", async (_, input) => {
    const { client, login } = await setUp();
    login.script = () => undefined;
    const body = once();
    await expect(client[call](putImage, { body, ...input })).rejects.toBeDefined();
    expect(body.destroyed).toBe(true);
  });

  test("is let go of when there is no token", async () => {
    const { client, login } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end();
    const body = once();
    await expect(client[call](putImage, { path, body })).rejects.toMatchObject({ name: "TokenError" });
    expect(body.destroyed).toBe(true);
  });
});

describe("paths", () => {
  test.each([{ id: ".." }, {}])("refuses what would call another operation: %j", async (path) => {
    const { client, api } = await setUp();
    const get = client.paths.GET as (path: string, init: object) => Promise<unknown>;
    await expect(get("/items/{id}", { params: { path } })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
    });
    expect(api.requests).toHaveLength(0);
  });

  test("returns redirects unless it is told to follow them", async () => {
    const script: Script = (_, response) => void response.writeHead(307, { location: "/elsewhere" }).end();
    const { client, api } = await setUp({ accepted: ["token-1"], script });
    const { response } = await (
      client.paths.POST as (path: string, init: object) => Promise<{ response: Response }>
    )("/items", { body: {} });
    expect(response.status).toBe(307);
    expect(api.requests).toHaveLength(1);
  });

  test("is an openapi-fetch client over the same tokens", async () => {
    const { client, api, login } = await setUp();
    const { data } = await client.paths.GET("/items");
    expect(data).toEqual({ ok: true });
    login.requests.length = 0;
    expect(await client[call](operations.get, { path })).toMatchObject({ ok: true });
    expect(login.requests).toHaveLength(0);
    expect(api.requests[0]?.path).toBe("/base/items");
  });

  test("takes what a middleware makes of a request", async () => {
    const { client, api } = await setUp({ accepted: ["token-1"] });
    client.paths.use({ onRequest: ({ request }) => new Request(request, { headers: { "x-a": "1" } }) });
    expect(await client.paths.GET("/items")).toMatchObject({ data: { ok: true } });
    expect(api.requests[0]?.headers["x-a"]).toBe("1");
  });

  test("replays its bodies after a 401", async () => {
    const { client, api } = await setUp();
    await (client.paths.POST as (path: string, init: object) => Promise<unknown>)("/items", {
      body: { name: "Widget" },
    });
    expect(api.requests.map(({ body }) => body.toString())).toEqual([
      '{"name":"Widget"}',
      '{"name":"Widget"}',
    ]);
  });
});

describe("construction", () => {
  test("without tokens is refused", () => {
    const options = { baseUrl: "https://api.example" } as ApiClientOptions<"a">;
    expect(() => new TestClient(options)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("without a base URL is refused", async () => {
    const { tokens } = await setUp();
    expect(() => new TestClient({ tokens })).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("with credentials among its headers is refused", async () => {
    const { tokens } = await setUp();
    const options = { tokens, baseUrl: "https://api.example", headers: { Authorization: "Basic x" } };
    expect(() => new TestClient(options)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("with a token client that is not defined is refused", async () => {
    const { tokens } = await setUp();
    const options = { tokens, baseUrl: "https://api.example", tokenClient: "c" as "a" };
    expect(() => new TestClient(options)).toThrow(
      expect.objectContaining({ code: "ERR_TOKEN_CLIENT_UNKNOWN" }),
    );
  });

  test("takes a dispatcher for the calls", async () => {
    const dispatcher = createAgent();
    const other = await using(startServer(() => ({ ok: true })));
    const origins: string[] = [];
    dispatcher.on("connect", (origin) => origins.push(origin.origin));
    const { tokens } = await setUp();
    await new TestClient({ tokens, baseUrl: other.origin, dispatcher })[call](operations.get, { path });
    expect(origins).toEqual([other.origin]);
  });
});
