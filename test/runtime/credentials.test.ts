import { channel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { interceptors } from "undici";
import { describe, expect, test } from "vitest";
import { call } from "../../runtime/src/api-client.ts";
import type { NamedScheme } from "../../runtime/src/credentials.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import { unwrap } from "../../runtime/src/result.ts";
import { createAgent, using } from "../support/disposal.ts";
import { startServer } from "../support/scripted-server.ts";
import { startTestSetting } from "../support/test-client.ts";

const credentials: NamedScheme[] = [
  { scheme: "header", in: "header", name: "X-Api-Key" },
  { scheme: "query", in: "query", name: "key" },
  { scheme: "cookie", in: "cookie", name: "session" },
  { scheme: "user", http: "basic" },
  { scheme: "app key", in: "header", name: "X-App" },
];

const given = {
  header: "hunter2-header",
  query: "hunter2-query",
  cookie: "hunter2-cookie",
  user: { username: "u", password: "hunter2" },
  "app key": "hunter2-app",
};

const operationWith = (...alternatives: string[][]): Operation => ({
  method: "GET",
  path: ["/things"],
  query: [{ name: "q" }, { name: "key" }],
  headers: [{ name: "X-Api-Key" }],
  cookies: [{ name: "a" }],
  responses: { 200: ["application/json"], 500: ["application/json"] },
  credentials: alternatives,
});

const setUp = async (options: object = { credentials: given }) => {
  const setting = await startTestSetting();
  return { ...setting, client: setting.create({ credentials }, options) };
};

describe("a call that needs credentials", () => {
  test.each<[rule: string, operation: Operation, want: object]>([
    ["a header", operationWith(["header"]), { headers: { "x-api-key": "hunter2-header" } }],
    ["the query", operationWith(["query"]), { path: "/things?q=1&key=hunter2-query" }],
    ["a cookie", operationWith(["cookie"]), { headers: { cookie: "a=1; session=hunter2-cookie" } }],
    ["Authorization", operationWith(["user"]), { headers: { authorization: "Basic dTpodW50ZXIy" } }],
    [
      "several places",
      operationWith(["header", "app key", "query"]),
      {
        path: "/things?q=1&key=hunter2-query",
        headers: { "x-api-key": "hunter2-header", "x-app": "hunter2-app" },
      },
    ],
  ])("sends them in %s", async (_, operation, want) => {
    const { client, api } = await setUp();
    await client[call](operation, { query: { q: 1 }, cookies: { a: 1 } });
    expect(api.requests).toMatchObject([want]);
  });

  test("sends them beside a token, and again when the token was rejected", async () => {
    const { client, api } = await setUp();
    api.script = ({ headers }, response) =>
      headers.authorization === "Bearer token-2" ? { ok: true } : void response.writeHead(401).end();
    await client[call]({ ...operationWith(["header", "query"]), scopes: [] });
    expect(
      api.requests.map(({ path, headers }) => [path, headers.authorization, headers["x-api-key"]]),
    ).toEqual([
      ["/things?key=hunter2-query", "Bearer token-1", "hunter2-header"],
      ["/things?key=hunter2-query", "Bearer token-2", "hunter2-header"],
    ]);
  });

  test("sends the first alternative of which the client has all", async () => {
    const { client, api } = await setUp({ credentials: { query: given.query, "app key": "hunter2-app" } });
    await client[call](operationWith(["header", "query"], ["query", "app key"], ["app key"]));
    expect(api.requests).toMatchObject([
      { path: "/things?key=hunter2-query", headers: { "x-app": "hunter2-app" } },
    ]);
    expect(api.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("goes without where they may be left out", async () => {
    const { client, api } = await setUp({});
    await client[call](operationWith(["header"], []));
    expect(api.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("sends none where no operation says so", async () => {
    const { client, api } = await setUp();
    await client[call]({ method: "GET", path: ["/"], responses: {} });
    expect(JSON.stringify(api.requests)).not.toContain("hunter2");
  });

  test.each<[rule: string, operation: Operation, message: string]>([
    [
      "the scheme",
      operationWith(["header"]),
      "GET /things: credentials are missing: give the client credentials.header",
    ],
    [
      "each alternative",
      operationWith(["header", "user"], ["app key"]),
      'GET /things: credentials are missing: give the client credentials.header and credentials.user, or credentials["app key"]',
    ],
  ])("fails before anything is sent without one, naming %s", async (_, operation, message) => {
    const { client, api, login } = await setUp({});
    await expect(client[call]({ ...operation, scopes: [] })).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
      message,
    });
    expect([...api.requests, ...login.requests]).toEqual([]);
  });
});

describe("what a call brings itself", () => {
  test.each<[rule: string, input: object, want: object]>([
    ["a header of the call", { headers: { "X-Api-Key": "mine" } }, { headers: { "x-api-key": "mine" } }],
    ["a value of the query", { query: { key: "mine" } }, { path: "/things?key=mine" }],
  ])("prevails over a credential of the same name, and stands for it: %s", async (_, input, want) => {
    for (const options of [{ credentials: given }, {}]) {
      const { client, api } = await setUp(options);
      const [name = ""] = Object.keys(want).includes("path") ? ["query"] : ["header"];
      await client[call](operationWith([name]), input);
      expect(api.requests).toMatchObject([want]);
      expect(JSON.stringify(api.requests)).not.toContain("hunter2");
    }
  });

  test("is nothing that all objects have, whatever a scheme calls its key", async () => {
    const schemes: NamedScheme[] = [{ scheme: "key", in: "query", name: "constructor" }];
    const { api, create } = await startTestSetting();
    const client = create({ credentials: schemes }, { credentials: { key: "hunter2" } });
    await client[call](operationWith(["key"]), { query: { q: "x" } });
    expect(api.requests).toMatchObject([{ path: "/things?q=x&constructor=hunter2" }]);
  });

  test("may be a header that the client sends with every call", async () => {
    const { client, api } = await setUp({ headers: { "x-API-key": "mine" } });
    await client[call](operationWith(["header"]));
    expect(api.requests).toMatchObject([{ headers: { "x-api-key": "mine" } }]);
  });
});

describe("a credential that a function gives", () => {
  test.each<[how: string, header: () => unknown]>([
    ["at once", () => "fresh"],
    ["later", async () => "fresh"],
  ])("is asked for by each call that needs it: %s", async (_, header) => {
    let asked = 0;
    const count = () => {
      asked += 1;
      return header();
    };
    const { client, api } = await setUp({ credentials: { header: count } });
    await client[call](operationWith(["header"]));
    await client[call](operationWith(["header"]));
    await client[call](operationWith(["app key"], []));
    expect(api.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["fresh", "fresh", undefined]);
    expect(asked).toBe(2);
  });

  const failure = new Error("the vault is sealed");

  test.each<[how: string, header: () => unknown, cause: unknown]>([
    [
      "throws",
      () => {
        throw failure;
      },
      failure,
    ],
    ["rejects", () => Promise.reject(failure), failure],
    ["gives what can't be sent", () => "hunter2\n", undefined],
    ["gives nothing", async () => undefined, undefined],
  ])("fails the call, and nothing is sent, when it %s", async (_, header, cause) => {
    const { client, api } = await setUp({ credentials: { header } });
    const error = await client[call](operationWith(["header"])).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "ERR_INVALID_OPTION",
      message: expect.stringMatching(/credentials\.header/),
    });
    expect(error.cause).toBe(cause);
    expect(inspect(error)).not.toContain("hunter2");
    expect(api.requests).toEqual([]);
  });

  test("is waited for no longer than the call's signal and timeout say", async () => {
    const { client, api } = await setUp({ credentials: { header: () => new Promise(() => {}) } });
    const controller = new AbortController();
    const got = client[call](operationWith(["header"]), { signal: controller.signal });
    controller.abort("mine");
    await expect(got).rejects.toBe("mine");
    await expect(client[call](operationWith(["header"]), { timeoutMs: 20 })).rejects.toMatchObject({
      name: "ApiTimeoutError",
    });
    expect(api.requests).toEqual([]);
  });
});

describe("a credential", () => {
  test.each([[operationWith(["header"])], [{ ...operationWith(["query"]), scopes: [] }]])(
    "goes to no origin that the client was not given",
    async (operation) => {
      const { client, api } = await setUp();
      const foreign = await using(startServer(() => ({})));
      const input = { baseUrl: foreign.origin };
      await expect(client[call](operation, input)).rejects.toMatchObject({ code: "ERR_ORIGIN_NOT_ALLOWED" });
      expect([...foreign.requests, ...api.requests]).toEqual([]);
    },
  );

  test("that is left out holds no call back from another origin", async () => {
    const foreign = await using(startServer(() => ({})));
    const { client } = await setUp({});
    await client[call](operationWith(["header"], []), { baseUrl: foreign.origin });
    expect(foreign.requests).toHaveLength(1);
  });

  test("goes to an allowed origin", async () => {
    const foreign = await using(startServer(() => ({})));
    const { client } = await setUp({ credentials: given, allowedOrigins: [foreign.origin] });
    await client[call](operationWith(["header"]), { baseUrl: foreign.origin });
    expect(foreign.requests).toMatchObject([{ headers: { "x-api-key": "hunter2-header" } }]);
  });

  test("is lost where a redirect leads to another origin, and kept where it does not", async () => {
    const foreign = await using(startServer(() => ({ ok: true })));
    const dispatcher = createAgent().compose(interceptors.redirect({ maxRedirections: 3 }));
    const { client, api } = await setUp({ credentials: given, dispatcher });
    api.script = ({ path }, response) => {
      const location = path.startsWith("/things") ? "/same" : `${foreign.origin}/there`;
      return void response.writeHead(307, { location }).end();
    };
    await client[call](operationWith(["header", "app key", "query", "cookie", "user"]));
    expect(api.requests[1]).toMatchObject({ path: "/same", headers: { "x-api-key": "hunter2-header" } });
    expect(foreign.requests).toMatchObject([{ path: "/there" }]);
    expect(JSON.stringify(foreign.requests)).not.toMatch(/hunter2|dTpo/);
  });

  test("is in no result, error, event or inspection, and in nothing that a hook is told", async () => {
    const seen: unknown[] = [];
    const names = ["token.cache", "token.renewal", "call.resend"].map((name) => `openapi-m2m.${name}`);
    const note = (message: unknown) => void seen.push(message);
    for (const name of names) channel(name).subscribe(note);
    const setting = await startTestSetting({
      tokenParameters: (request) => void seen.push(request, [...request.headers]),
    });
    const client = setting.create({ credentials }, { credentials: given });
    const operation = { ...operationWith(["header", "query", "cookie"]), scopes: [] };
    setting.api.script = (_, response) => void response.writeHead(500).end("{}");
    const result = await client[call](operation);
    seen.push(client, result, result.response.url);
    try {
      unwrap(result);
    } catch (error) {
      seen.push(error, String(error));
    }
    setting.api.script = (_, response) => void response.destroy();
    seen.push(await client[call](operation).catch((error: unknown) => error));
    seen.push(
      await client[call](operation, { baseUrl: "https://foreign.example" }).catch((error: unknown) => error),
    );
    for (const name of names) channel(name).unsubscribe(note);
    expect(seen.map((value) => inspect(value, { depth: 10, showHidden: true })).join("\n")).not.toContain(
      "hunter2",
    );
    expect(result.response.url).toBe(`${setting.api.origin}/things`);
    expect(seen).toContainEqual(expect.objectContaining({ url: `${setting.api.origin}/things` }));
  });
});

describe("construction", () => {
  test.each<[rule: string, given: object, message: RegExp]>([
    [
      "a credential that no scheme is for",
      { headr: "x" },
      /^TestClient: credentials\.headr is no credential of this client: there is header, /,
    ],
    [
      "one that can't be sent",
      { header: "hunter2\n" },
      /^TestClient: credentials\.header ends with a line break/,
    ],
    [
      "one of another shape",
      { user: "hunter2" },
      /^TestClient: credentials\.user must be \{ username, password \}/,
    ],
  ])("refuses %s", async (_, given, message) => {
    const setting = await startTestSetting();
    const create = () => setting.create({ credentials }, { credentials: given });
    expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(create).toThrow(message);
    expect(create).not.toThrow(/hunter2/);
  });

  test("takes undefined for not given", async () => {
    const setting = await startTestSetting();
    expect(() => setting.create({ credentials }, { credentials: { header: undefined } })).not.toThrow();
  });
});
