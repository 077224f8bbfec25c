import {
  type ApiConnectionError,
  createTokenManager,
  type Operation,
  type Success,
  unwrap,
} from "@openapi-m2m/runtime";
import { interceptors } from "undici";
import { describe, expect, test, vi } from "vitest";
import type { Item } from "../../../generated/catalog/index.ts";
import { CatalogClient, InvoiceClient } from "../../../generated/index.ts";
import type { AnyClientOptions, ApiClientDefinition } from "../../../runtime/src/api-client/options.ts";
import { ApiClient, call } from "../../../runtime/src/api-client.ts";
import {
  ApiMockAgent,
  type ClientClass,
  startAuthorizationServer,
  staticTokens,
} from "../../../runtime/src/testing.ts";
import { collect } from "../../support/collect.ts";
import { using } from "../../support/disposal.ts";

const baseUrl = "https://apis.example/catalog/";

const item: Item = {
  id: "42",
  name: "Widget",
  status: "active",
  createdAt: "2026-01-01T00:00:00Z",
} as Item;

const problem = { type: "about:blank", title: "No such item", status: 404 };

const page = { items: [], nextCursor: null };

async function setUp() {
  const agent = await using(new ApiMockAgent());
  const tokens = await using(staticTokens({ "catalog.client": "a.token" }, { dispatcher: agent }));
  const catalog = new CatalogClient({ tokens, baseUrl });
  return { agent, tokens, catalog, mockCatalog: agent.mockClient(CatalogClient) };
}

describe("a mocked operation", () => {
  test("answers as its document declares", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.getItem.reply(200, item, { headers: { ETag: '"1"' } });
    mockCatalog.getItem.reply(404, problem);
    expect(await catalog.getItem({ path: { id: "42" } })).toMatchObject({
      status: 200,
      data: item,
      response: {
        url: "https://apis.example/catalog/items/42",
        headers: { "content-type": "application/json", etag: '"1"' },
      },
    });
    expect(await catalog.getItem({ path: { id: "42" } })).toMatchObject({ status: 404, error: problem });
  });

  test("answers without a body where none is declared", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.deleteItem.reply(204);
    expect(await catalog.deleteItem({ path: { id: "42" } })).toMatchObject({ status: 204, data: undefined });
  });

  test("answers bytes as they are, collected or as a stream", async () => {
    const { catalog, mockCatalog } = await setUp();
    const bytes = Uint8Array.of(1, 2, 255);
    mockCatalog.getItemImage.reply(200, bytes).times(2);
    const path = { id: "42" };
    expect(await catalog.getItemImage({ path })).toMatchObject({ ok: true, data: bytes });
    const streamed = await catalog.getItemImage({ path, stream: true });
    expect(streamed.ok && (await collect(streamed.data))).toEqual([bytes]);
  });

  test("answers what a function makes of the input", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.getItem.reply(200, ({ path }) => ({ ...item, id: path.id })).times(2);
    expect(await catalog.getItem({ path: { id: "1" } })).toMatchObject({ data: { id: "1" } });
    expect(await catalog.getItem({ path: { id: "2" } })).toMatchObject({ data: { id: "2" } });
  });

  test("gives the items of a stream one by one", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.exportItems.reply(200, [item, { ...item, id: "43" }]);
    const lines = await catalog.exportItems();
    expect(lines.ok && (await collect(lines.data))).toEqual([item, { ...item, id: "43" }]);
    mockCatalog.watchItems.reply(200, [
      { event: "change", data: { kind: "deleted", itemId: "42" }, id: "7", retry: 100 },
    ]);
    const events = await catalog.watchItems();
    expect(events.ok && (await collect(events.data))).toEqual([
      { event: "change", data: { kind: "deleted", itemId: "42" }, id: "7", retry: 100 },
    ]);
  });

  test("gives each call a stream of its own where a function makes it", async () => {
    const { catalog, mockCatalog } = await setUp();
    async function* items() {
      yield item;
    }
    mockCatalog.exportItems.reply(200, items).times(2);
    for (let index = 0; index < 2; index++) {
      const result = await catalog.exportItems();
      expect(result.ok && (await collect(result.data))).toEqual([item]);
    }
  });

  test("breaks a stream where its items throw", async () => {
    const { catalog, mockCatalog } = await setUp();
    async function* items() {
      yield item;
      throw new Error("the connection broke");
    }
    mockCatalog.exportItems.reply(200, items());
    const result = await catalog.exportItems();
    const read: unknown[] = [];
    const reading = async () => {
      if (result.ok) for await (const one of result.data) read.push(one);
    };
    await expect(reading()).rejects.toMatchObject({ code: "ERR_API_CONNECTION" });
    expect(read).toEqual([item]);
  });

  test("answers what no document tells of", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.replyUndeclared(502, "<h1>Bad gateway</h1>", { contentType: "text/html" });
    mockCatalog.listItems.replyUndeclared(200, "no JSON");
    mockCatalog.listItems.replyUndeclared(418, { short: true });
    mockCatalog.listItems.replyUndeclared(500);
    const results = [];
    for (let index = 0; index < 4; index++) results.push(await catalog.listItems());
    expect(results).toMatchObject([
      { status: "undeclared", error: "<h1>Bad gateway</h1>", response: { status: 502 } },
      { status: "invalid", error: "no JSON" },
      { status: "undeclared", error: { short: true } },
      { status: "undeclared", error: "" },
    ]);
  });

  test("fails like a connection", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.replyWithError();
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    mockCatalog.listItems.replyWithError(refused);
    const fail = () => catalog.listItems().catch((error: ApiConnectionError) => error);
    expect(await fail()).toMatchObject({ code: "ERR_API_CONNECTION", cause: { code: "ECONNRESET" } });
    expect(await fail()).toMatchObject({ code: "ERR_API_CONNECTION", cause: { code: "ECONNREFUSED" } });
  });

  test("hangs until the call has had enough", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.hang().persist();
    await expect(catalog.listItems({ timeoutMs: 20 })).rejects.toMatchObject({ code: "ERR_API_TIMEOUT" });
    const given = new AbortController();
    const call = catalog.listItems({ signal: given.signal });
    const reason = new Error("enough");
    given.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  test("waits before it answers, and no longer than the call does", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.reply(200, page).delay(30);
    mockCatalog.listItems.reply(200, page).delay(60_000);
    const startedAt = performance.now();
    expect(await catalog.listItems()).toMatchObject({ ok: true });
    expect(performance.now() - startedAt).toBeGreaterThan(25);
    await expect(catalog.listItems({ timeoutMs: 20 })).rejects.toMatchObject({ code: "ERR_API_TIMEOUT" });
  });

  test("sends what a call sends: an input that can't be serialised is refused before", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.getItem.reply(200, item).persist();
    await expect(catalog.getItem({ path: { id: "" } })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    expect(mockCatalog.getItem.calls).toEqual([]);
  });

  test("reads a body that is a stream", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.putItemImage.reply(204);
    let isRead = false;
    async function* body() {
      yield Uint8Array.of(1);
      isRead = true;
    }
    await catalog.putItemImage({ path: { id: "42" }, body: body() });
    expect(isRead).toBe(true);
  });

  test.each([
    ["a status that is none", (mock: typeof mocked) => mock.replyUndeclared(99)],
    ["an error that is none", (mock: typeof mocked) => mock.replyWithError("reset" as never)],
    [
      "a body that its media type can't have",
      (mock: typeof mocked) => mock.reply(200, page, { contentType: "text/csv" }),
    ],
    ["no times", (mock: typeof mocked) => mock.hang().times(0)],
    ["a delay that is none", (mock: typeof mocked) => mock.hang().delay(-1)],
    [
      "a parameter that it does not have",
      (mock: typeof mocked) => mock.when({ query: { limt: 1 } } as never),
    ],
    ["a part that no input has", (mock: typeof mocked) => mock.when({ limit: 1 } as never)],
    ["nothing", (mock: typeof mocked) => mock.when(undefined as never)],
  ])("refuses %s", async (_, make) => {
    const { mockCatalog } = await setUp();
    expect(() => make(mockCatalog.listItems)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });
});

declare const mocked: ReturnType<typeof mockOf>;
const mockOf = (agent: ApiMockAgent) => agent.mockClient(CatalogClient).listItems;

describe("which reply answers", () => {
  test("is the first one made, as often as it says", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.getItem.reply(404, problem).times(2);
    mockCatalog.getItem.reply(200, item);
    const statuses = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await catalog.getItem({ path: { id: "1" } })).status);
    expect(statuses).toEqual([404, 404, 200]);
  });

  test("is a persistent one where no other is left, the last one made", async () => {
    const { catalog, mockCatalog } = await setUp();
    const { getItem } = mockCatalog;
    getItem.reply(404, problem).persist();
    getItem.reply(200, item).persist();
    getItem.reply(401);
    const statuses = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await catalog.getItem({ path: { id: "1" } })).status);
    expect(statuses).toEqual([401, 200, 200]);
  });

  test.each<
    [string, (mock: ReturnType<typeof mockAll>, catalog: CatalogClient) => Promise<readonly unknown[]>]
  >([
    [
      "path",
      async ({ getItem }, catalog) => {
        getItem.when({ path: { id: "1" } }).reply(404, problem);
        return [await catalog.getItem({ path: { id: "2" } }), await catalog.getItem({ path: { id: "1" } })];
      },
    ],
    [
      "query",
      async ({ listItems }, catalog) => {
        listItems.when({ query: { limit: 1, tags: ["a", "b"] } }).reply(404, problem);
        const query = { limit: 1, tags: ["a", "b"], cursor: "c" };
        return [
          await catalog.listItems({ query: { ...query, tags: ["a"] } }),
          await catalog.listItems({ query }),
        ];
      },
    ],
    [
      "header",
      async ({ deleteItem }, catalog) => {
        deleteItem.when({ headers: { "If-Match": '"1"' } }).reply(404, problem);
        const call = { path: { id: "1" } };
        return [
          await catalog.deleteItem({ ...call, headers: { "If-Match": '"2"' } }),
          await catalog.deleteItem({ ...call, headers: { "If-Match": '"1"' } }),
        ];
      },
    ],
    [
      "body",
      async ({ createItem }, catalog) => {
        createItem.when({ body: { name: "Widget" } }).reply(409, problem);
        return [
          await catalog.createItem({ body: { name: "Spade" } }),
          await catalog.createItem({ body: { name: "Widget", tags: ["a"] } }),
        ];
      },
    ],
    [
      "function",
      async ({ getItem }, catalog) => {
        getItem.when(({ path }) => path.id.length === 1).reply(404, problem);
        return [await catalog.getItem({ path: { id: "22" } }), await catalog.getItem({ path: { id: "1" } })];
      },
    ],
  ])("may depend on the %s of the call", async (_, run) => {
    const { catalog, mockCatalog } = await setUp();
    const [other, expected] = await run(mockAll(mockCatalog), catalog);
    expect(other).toMatchObject({ response: { status: 499 } });
    expect(expected).toMatchObject({ response: { status: expect.not.toSatisfy(isOther) } });
  });

  test("compares parameters as they are sent", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.when({ query: { limit: 10 } }).reply(200, page);
    expect(await catalog.listItems({ query: { limit: "10" as never } })).toMatchObject({ ok: true });
  });

  test.each([
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2), true],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 3), false],
    ["text", "text", true],
    [new Blob(["a"]), new Blob(["a"]), false],
  ])("compares a body of bytes or text whole: %o, %o", async (expected, body, fits) => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.putItemImage.when({ body: expected }).reply(204);
    const call = catalog.putItemImage({ path: { id: "1" }, body });
    await (fits
      ? expect(call).resolves.toMatchObject({ ok: true })
      : expect(call).rejects.toThrow("body is"));
  });

  test("compares what JSON makes of a body", async () => {
    const { catalog, mockCatalog } = await setUp();
    const date = new Date(0);
    const body = { name: "Widget", tags: ["a", "b"], attributes: { a: { b: 1, c: 2 } }, at: date };
    const when = (expected: object) => mockCatalog.createItem.when({ body: expected as never });
    when({ tags: ["a"] }).reply(201, item);
    when({ attributes: { a: { b: 2 } } }).reply(201, item);
    when({ at: date.toJSON(), tags: ["a", "b"], attributes: { a: { c: 2 } } }).reply(409, problem);
    expect(await catalog.createItem({ body: body as never })).toMatchObject({ status: 409 });
  });
});

const isOther = (status: number) => status === 499;

/** Whatever fits nothing else is answered 499. */
function mockAll(mocks: Awaited<ReturnType<typeof setUp>>["mockCatalog"]) {
  for (const mock of Object.values(mocks)) mock.replyUndeclared(499).persist();
  return mocks;
}

describe("a call that no reply fits", () => {
  test("fails, and says why", async () => {
    const { catalog, mockCatalog } = await setUp();
    await expect(catalog.listItems()).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
      message: "GET /items was called, and no mock answers it: listItems has no reply",
    });
    mockCatalog.getItem.when({ path: { id: "1" } }).reply(200, item);
    mockCatalog.getItem.reply(404, problem);
    await catalog.getItem({ path: { id: "2" } });
    await expect(catalog.getItem({ path: { id: "2" } })).rejects.toThrow(
      "GET /items/{id} was called, and no mock answers it: of getItem, the reply 200 is for other calls: " +
        "path.id is '2', not '1'; the reply 404 was given 1 of 1 times",
    );
  });

  test("does not go out to the network, mocked or not", async () => {
    const { agent, tokens } = await setUp();
    const invoices = new InvoiceClient({
      tokens: tokens as never,
      tokenClient: "catalog.client" as never,
      baseUrl,
    });
    await expect(invoices.listInvoices()).rejects.toMatchObject({
      code: "ERR_API_CONNECTION",
      cause: { code: "UND_MOCK_ERR_MOCK_NOT_MATCHED" },
    });
    agent.get("https://apis.example").intercept({ path: "/catalog/invoices" }).reply(500);
    expect(await invoices.listInvoices()).toMatchObject({ response: { status: 500 } });
  });
});

describe("calls", () => {
  test("are the inputs of all requests that came, in order", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.reply(200, page);
    await catalog.listItems();
    await catalog.listItems({ query: { limit: 10 } }).catch(() => {});
    expect(mockCatalog.listItems.calls).toEqual([{}, { query: { limit: 10 } }]);
    expect(mockCatalog.getItem.calls).toEqual([]);
  });

  test("are what came with each call, whatever becomes of that", async () => {
    const { catalog, mockCatalog } = await setUp();
    mockCatalog.createItem.reply(201, item).persist();
    const body = { name: "Widget", tags: ["a"] };
    await catalog.createItem({ body });
    body.name = "Spade";
    body.tags.push("b");
    await catalog.createItem({ body });
    expect(mockCatalog.createItem.calls).toEqual([
      { body: { name: "Widget", tags: ["a"] } },
      { body: { name: "Spade", tags: ["a", "b"] } },
    ]);
  });

  test("have both requests of a call that was sent again with another token", async () => {
    const login = await using(startAuthorizationServer());
    const agent = await using(new ApiMockAgent());
    agent.enableNetConnect(new URL(login.issuer).host);
    const { tokenEndpoint } = login;
    const clients = { "catalog.client": { tokenEndpoint, clientId: "worker" } };
    const tokens = await using(createTokenManager({ clients, dispatcher: agent }));
    const catalog = new CatalogClient({ tokens, baseUrl });
    const mockCatalog = agent.mockClient(CatalogClient);
    mockCatalog.getItem.reply(401, undefined, {
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    });
    mockCatalog.getItem.reply(200, item);
    expect(await catalog.getItem({ path: { id: "1" } })).toMatchObject({ status: 200 });
    expect(mockCatalog.getItem.calls).toEqual([{ path: { id: "1" } }, { path: { id: "1" } }]);
    expect(login.requests).toHaveLength(2);
  });
});

describe("ApiMockAgent", () => {
  test("tells of replies that were not given, or not often enough, as undici does of its own", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    agent.assertNoPendingInterceptors();
    mockCatalog.listItems.reply(200, page).times(2);
    mockCatalog.getHealth.reply(200, { status: "up" } as never).persist();
    await catalog.listItems();
    expect(() => agent.assertNoPendingInterceptors()).toThrow(
      /2 interceptors are pending:.*getHealth.*listItems/s,
    );
    await catalog.listItems();
    await catalog.getHealth();
    agent.assertNoPendingInterceptors();
  });

  test("tells of calls that found no reply, whatever became of their errors", async () => {
    const { agent, catalog } = await setUp();
    await catalog.listItems().catch(() => {});
    expect(() => agent.assertNoPendingInterceptors()).toThrow(
      "GET /items was called, and no mock answers it",
    );
    agent.clearMocks();
    agent.assertNoPendingInterceptors();
  });

  test("tells of both: what was not given, and what was not to be had", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.when({ query: { limit: 1 } }).reply(200, page);
    await catalog.listItems({ query: { limit: 2 } }).catch(() => {});
    expect(() => agent.assertNoPendingInterceptors()).toThrow(
      /query\.limit is 2, not 1\n+1 interceptor is pending:.*listItems/s,
    );
  });

  test("ends what hangs or waits once it is closed, and answers no more", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.hang();
    mockCatalog.listItems.reply(200, page).delay(60_000);
    mockCatalog.listItems.reply(200, page);
    const calls = [catalog.listItems({ timeoutMs: 0 }), catalog.listItems({ timeoutMs: 0 })];
    await vi.waitFor(() => expect(mockCatalog.listItems.calls).toHaveLength(2));
    await agent.close();
    calls.push(catalog.listItems());
    const settled = await Promise.allSettled(calls);
    expect(settled).toMatchObject([
      { reason: { code: "ERR_API_CONNECTION", cause: { code: "UND_ERR_DESTROYED" } } },
      { reason: { code: "ERR_API_CONNECTION", cause: { code: "UND_ERR_DESTROYED" } } },
      { reason: { code: "ERR_API_CONNECTION", cause: { code: "UND_ERR_CLOSED" } } },
    ]);
  });

  test("forgets replies and calls", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.reply(200, page).persist();
    await catalog.listItems();
    agent.clearMocks();
    expect(mockCatalog.listItems.calls).toEqual([]);
    await expect(catalog.listItems()).rejects.toThrow("listItems has no reply");
  });

  test("mocks the same API at several addresses apart", async () => {
    const agent = await using(new ApiMockAgent());
    const tokens = await using(staticTokens({ "catalog.client": "a.token" }, { dispatcher: agent }));
    const [one, two] = ["https://one.example/catalog", "https://two.example/"];
    agent.mockClient(CatalogClient, { baseUrl: one }).getItem.reply(200, item);
    agent.mockClient(CatalogClient, { baseUrl: two }).getItem.reply(404, problem);
    const call = (baseUrl: string) => new CatalogClient({ tokens, baseUrl }).getItem({ path: { id: "1" } });
    expect([(await call(two)).status, (await call(one)).status]).toEqual([404, 200]);
    await expect(call("https://one.example/catalogue")).rejects.toMatchObject({ code: "ERR_API_CONNECTION" });
  });

  test.each([["any address first"], ["any address last"]])(
    "has the mocks of the longest address answer, then those of any: mocked with %s",
    async (order) => {
      const { agent, catalog } = await setUp();
      const bases = [undefined, "https://apis.example/", baseUrl];
      const mocks = (order === "any address first" ? bases : bases.toReversed()).map((base) => {
        const mocked = agent.mockClient(CatalogClient, base === undefined ? {} : { baseUrl: base });
        return [base, mocked.getItem] as const;
      });
      const [any, host, own] = bases.map((base) => mocks.find(([other]) => other === base)?.[1]);
      any?.reply(200, { ...item, id: "any" });
      host?.reply(200, { ...item, id: "host" });
      own?.reply(200, { ...item, id: "own" }).persist();
      own?.when({ path: { id: "1" } }).reply(200, { ...item, id: "own, once" });
      const read = async (id: string) => unwrap(await catalog.getItem({ path: { id } })).id;
      expect([await read("1"), await read("1")]).toEqual(["own, once", "own"]);
      for (const mock of [any, host, own]) expect(mock?.calls).toHaveLength(2);
    },
  );

  test("has another address's mocks answer what a longer one has no reply for", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    const own = agent.mockClient(CatalogClient, { baseUrl });
    own.getItem.when({ path: { id: "1" } }).reply(404, problem);
    mockCatalog.getItem.reply(200, item);
    expect(await catalog.getItem({ path: { id: "2" } })).toMatchObject({ status: 200 });
    expect(await catalog.getItem({ path: { id: "1" } })).toMatchObject({ status: 404 });
  });

  test("gives the same mocks for the same client and address", async () => {
    const { agent, mockCatalog } = await setUp();
    expect(agent.mockClient(CatalogClient)).toBe(mockCatalog);
    const staging = agent.mockClient(CatalogClient, { baseUrl: "https://staging.example/catalog" });
    expect(staging).not.toBe(mockCatalog);
    const same = new URL("https://STAGING.example:443/catalog/");
    expect(agent.mockClient(CatalogClient, { baseUrl: same })).toBe(staging);
  });

  test("steps aside while it is not active", async () => {
    const { agent, catalog, mockCatalog } = await setUp();
    mockCatalog.listItems.reply(200, page);
    agent.deactivate();
    await expect(catalog.listItems({ baseUrl: "https://apis.example:1/" })).rejects.toThrow();
    expect(mockCatalog.listItems.calls).toEqual([]);
    agent.activate();
    expect(await catalog.listItems()).toMatchObject({ ok: true });
  });

  test("works below other interceptors", async () => {
    const agent = await using(new ApiMockAgent());
    const dispatcher = agent.compose(interceptors.retry({ minTimeout: 1, statusCodes: [503] }));
    const tokens = await using(staticTokens({ "catalog.client": "a.token" }, { dispatcher }));
    const catalog = new CatalogClient({ tokens, baseUrl });
    const { listItems } = agent.mockClient(CatalogClient);
    listItems.replyUndeclared(503);
    listItems.reply(200, page);
    expect(await catalog.listItems()).toMatchObject({ ok: true });
    expect(listItems.calls).toHaveLength(2);
  });

  test.each<[string, Partial<ApiClientDefinition>]>([
    ["several token clients", { tokenClient: ["a", "b"] }],
    ["scopes by operation", { scopes: "operation" }],
    ["credentials", { credentials: [{ scheme: "key", in: "header", name: "X-Key" }] }],
    ["the document's servers", { servers: [{ url: "https://{region}.example", variables: { region: {} } }] }],
  ])("mocks a client with %s", async (_, definition) => {
    const thing: Operation = { method: "GET", path: ["/thing"], responses: { 204: [] }, scopes: ["a:b"] };
    class ThingClient extends ApiClient<object> {
      constructor(options: AnyClientOptions) {
        super({ name: "ThingClient", tokenClient: "a", ...definition }, options);
      }
      getThing(): Promise<Success<204, undefined>> {
        return this[call](thing);
      }
    }
    const agent = await using(new ApiMockAgent());
    const tokens = await using(staticTokens({ a: "one", b: "two" }, { dispatcher: agent }));
    agent.mockClient(ThingClient).getThing.reply(204);
    expect(await new ThingClient({ tokens, baseUrl }).getThing()).toMatchObject({ status: 204 });
  });

  test.each([class {}, class NoClient extends Map {}, Object])("refuses %o, which is no client", (Client) => {
    const mock = () => new ApiMockAgent().mockClient(Client as ClientClass<object>);
    expect(mock).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });
});
