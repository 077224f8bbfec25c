import { randomUUID } from "node:crypto";
import {
  ApiError,
  type ApiResult,
  clientSecretBasic,
  createTokenManager,
  type ItemStream,
  type Operation,
  type TokenManager,
  unwrap,
} from "@openapi-m2m/runtime";
import { afterAll, assert, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import type {
  Category,
  Health,
  Item,
  ItemChange,
  ItemPage,
  NewItem,
  Problem,
  Stock,
  ValidationProblem,
} from "../../generated/catalog/index.ts";
import { CatalogClient, catalogOperations, tokenClients } from "../../generated/index.ts";
import { collect } from "../support/collect.ts";
import { type DemoServers, startDemoServers } from "../support/demo-servers.ts";
import { using } from "../support/disposal.ts";

let servers: DemoServers;
let tokens: TokenManager<"catalog.client">;
let catalog: CatalogClient;

const png = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);

beforeAll(async () => {
  servers = await startDemoServers();
  tokens = createTokens();
  catalog = new CatalogClient({ tokens, baseUrl: servers.catalog.baseUrl });
  unwrap(await catalog.putItemImage({ path: { id: "2" }, body: png }));
});

afterAll(async () => {
  await tokens.close();
  await servers.close();
});

function createTokens(scope?: readonly string[]): TokenManager<"catalog.client"> {
  return createTokenManager({
    clients: tokenClients({
      "catalog.client": {
        tokenEndpoint: servers.tokenEndpoint,
        clientId: "catalog-worker",
        clientAuthentication: clientSecretBasic("catalog secret: + & %"),
        ...(scope && { scope }),
      },
    }),
  });
}

/** An item of the test's own. */
async function createItem(item: NewItem = { name: "Widget" }) {
  const created = await catalog.createItem({ body: item });
  const { id } = unwrap(created);
  return { id, etag: String(created.response.headers["etag"]) };
}

describe("every operation", () => {
  const calls: Record<keyof typeof catalogOperations, (client: CatalogClient) => Promise<ApiResult>> = {
    getHealth: (client) => client.getHealth(),
    listItems: (client) => client.listItems(),
    createItem: (client) => client.createItem({ body: { name: "Widget" } }),
    getItem: (client) => client.getItem({ path: { id: "1" } }),
    updateItem: (client) =>
      client.updateItem({ path: { id: "1" }, headers: { "If-Match": "*" }, body: { name: "Spade" } }),
    deleteItem: (client) => client.deleteItem({ path: { id: "58" } }),
    putItemImage: (client) => client.putItemImage({ path: { id: "1" }, body: png }),
    getItemImage: (client) => client.getItemImage({ path: { id: "2" } }),
    listCategories: (client) => client.listCategories(),
    getStock: (client) => client.getStock({ path: { warehouses: ["berlin"] } }),
    setStock: (client) => client.setStock({ path: { id: "59", warehouse: "porto" }, body: { quantity: 1 } }),
    exportItems: (client) => client.exportItems(),
    watchItems: (client) => client.watchItems(),
    searchItems: (client) => client.searchItems({ query: { q: "rake" } }),
  };

  test.each(Object.entries(calls))("%s is answered, with no more than its own scopes", async (name, call) => {
    const operation: Operation = catalogOperations[name as keyof typeof catalogOperations];
    const { scopes } = operation;
    const own = await using(createTokens(scopes));
    const traffic = servers.watch();

    const result = await call(new CatalogClient({ tokens: own, baseUrl: servers.catalog.baseUrl }));

    expect(result).toMatchObject({ ok: true });
    expect(traffic.calls).toMatchObject([{ operation: name, status: result.status }]);
    expect(traffic.tokenRequests.map(({ scope }) => scope)).toEqual(scopes ?? []);
  });
});

describe("getItemImage", () => {
  test("gives the image as it comes for who asks", async () => {
    const result = await catalog.getItemImage({ path: { id: "2" }, stream: true });
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<ItemStream<Uint8Array>>();
    expect(Buffer.concat(await collect(result.data))).toEqual(Buffer.from(png));
  });
});

describe("getHealth", () => {
  test("needs no token", async () => {
    const traffic = servers.watch();
    const result = await catalog.getHealth();
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<Health>();
    expect(result.data).toEqual({ status: "up", version: "1.2.0" });
    expect(traffic.tokenRequests).toEqual([]);
    expect(traffic.calls).toEqual([{ operation: "getHealth", client: undefined, status: 200 }]);
  });

  test("answered by something else is undeclared", async () => {
    const result = await catalog.getHealth({ baseUrl: new URL("/elsewhere/", servers.catalog.baseUrl) });
    assert(result.status === "undeclared");
    expectTypeOf(result.error).toEqualTypeOf<unknown>();
    expect(result).toMatchObject({ error: { title: "No such operation" }, response: { status: 404 } });
  });
});

describe("exportItems", () => {
  test("gives the items one by one", async () => {
    const ids: string[] = [];
    for await (const item of unwrap(await catalog.exportItems())) {
      expectTypeOf(item).toEqualTypeOf<Item>();
      ids.push(item.id);
      if (ids.length === 2) break;
    }
    expect(ids).toEqual(["1", "2"]);
  });
});

describe("watchItems", () => {
  test("gives what has changed as typed events, and goes on where it left off", async () => {
    const { id } = await createItem();
    let lastEventId: string | undefined;
    for await (const event of unwrap(await catalog.watchItems())) {
      expectTypeOf(event.data).toEqualTypeOf<ItemChange>();
      lastEventId = event.id;
      if (event.data.itemId === id) break;
    }
    assert(lastEventId !== undefined);
    unwrap(await catalog.deleteItem({ path: { id }, headers: { "If-Match": "*" } }));
    const headers = { "Last-Event-ID": lastEventId };
    for await (const event of unwrap(await catalog.watchItems({ headers }))) {
      expect(event).toEqual({
        event: "message",
        id: `${Number(lastEventId) + 1}`,
        data: { itemId: id, kind: "deleted" },
      });
    }
  });
});

describe("listItems", () => {
  const ids = ({ items }: ItemPage) => items.map(({ id }) => id);

  test("resolves to a typed page, and its cursor leads through all pages", async () => {
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const result = await catalog.listItems({
        query: { limit: 25, sort: "-createdAt", ...(cursor && { cursor }) },
      });
      assert(result.status === 200);
      expectTypeOf(result.data).toEqualTypeOf<ItemPage>();
      expect(result.data.items.length).toBeLessThanOrEqual(25);
      for (const id of ids(result.data)) seen.add(id);
      cursor = result.data.nextCursor;
    } while (cursor !== null);
    expect(seen.size).toBeGreaterThanOrEqual(59);
  });

  test("sends `tags` as one list, whose values may hold its separator", async () => {
    const both = await createItem({ name: "Both", tags: ["a,b", "a & b", "ü"] });
    await createItem({ name: "Other", tags: ["a,b", "a"] });
    const list = async (tags: string[]) => ids(unwrap(await catalog.listItems({ query: { tags } })));
    expect(await list(["a,b", "a & b", "ü"])).toEqual([both.id]);
    expect(await list(["a,b"])).toContain(both.id);
    expect(await list(["a", "b"])).toEqual([]);
  });

  test("sends `filter` as a deep object", async () => {
    const filter = { status: "active", categoryId: "spades", minPrice: 17, maxPrice: 29 } as const;
    const page = unwrap(await catalog.listItems({ query: { filter, sort: "price" } }));
    expect(ids(page)).toEqual(["13", "19", "25"]);
  });

  test("sends `X-Fields` as a list", async () => {
    const query = { filter: { categoryId: "spades" }, limit: 1 };
    const page = unwrap(await catalog.listItems({ query, headers: { "X-Fields": ["price", "tags"] } }));
    const [item] = page.items;
    assert(item);
    expect(Object.keys(item)).toEqual(expect.arrayContaining(["price", "tags"]));
    expect(item).not.toHaveProperty("categoryId");
  });

  test("tells 400 and 404 apart", async () => {
    const unreadable = await catalog.listItems({ query: { cursor: "not one of theirs" } });
    assert(unreadable.status === 400);
    expectTypeOf(unreadable.error).toEqualTypeOf<Problem>();
    expect(unreadable.error.title).toBe("The cursor is not one of ours");

    const unknown = await catalog.listItems({ query: { filter: { categoryId: "none" } } });
    assert(unknown.status === 404);
    expect(unknown.error).toEqual({ title: "No such category", status: 404 });
  });
});

describe("createItem", () => {
  test("sends the body and resolves to the item as created", async () => {
    const body: NewItem = {
      name: "Wídget ✓",
      description: null,
      price: { amount: 19.9, currency: "EUR" },
      attributes: { colour: "red", weight: 1.5, sharp: true },
    };
    const result = await catalog.createItem({ body });
    assert(result.status === 201);
    expectTypeOf(result.data).toEqualTypeOf<Item>();
    expect(result.data).toMatchObject({ ...body, status: "draft", updatedAt: null });
    expect(result.response).toMatchObject({
      operation: "POST /items",
      headers: { etag: '"1"', location: `/catalog/items/${result.data.id}` },
      url: `${servers.catalog.baseUrl}items`,
    });
  });

  test("sends `Idempotency-Key`", async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    const first = unwrap(await catalog.createItem({ body: { name: "Once" }, headers }));
    expect(unwrap(await catalog.createItem({ body: { name: "Once" }, headers }))).toEqual(first);
  });

  test("tells a taken SKU from a broken rule", async () => {
    const taken = await catalog.createItem({ body: { name: "Another spade", sku: "SKU-1000" } });
    assert(taken.status === 409);
    expectTypeOf(taken.error).toEqualTypeOf<Problem>();
    expect(taken.error.title).toBe("The SKU is taken");

    const broken = await catalog.createItem({ body: { name: "" } });
    assert(broken.status === 422);
    expectTypeOf(broken.error).toEqualTypeOf<ValidationProblem>();
    expect(broken.error.violations.map(({ pointer }) => pointer)).toEqual(["/name"]);
  });

  test("resolves to 400 for a body that is no object", async () => {
    const result = await catalog.createItem({ body: [] as unknown as NewItem });
    assert(result.status === 400);
    expect(result.error.title).toBe("The body is not a JSON object");
  });
});

describe("getItem", () => {
  test("resolves to the item, or to the declared 404", async () => {
    const found = await catalog.getItem({ path: { id: "3" } });
    assert(found.ok);
    expectTypeOf(found.status).toEqualTypeOf<200>();
    expectTypeOf(found.data).toEqualTypeOf<Item>();
    expect(found.data).toMatchObject({ id: "3", sku: "SKU-1002", price: { amount: 7, currency: "EUR" } });

    const missing = await catalog.getItem({ path: { id: "a/b?c#d ü" } });
    assert(missing.status === 404);
    expectTypeOf(missing.error).toEqualTypeOf<Problem>();
    // Not "No such operation": the id stayed one segment.
    expect(missing.error.title).toBe("No such item");
  });

  test("unwrapped, throws an ApiError with the typed failure", async () => {
    const result = await catalog.getItem({ path: { id: "none" } });
    const thrown = await Promise.resolve()
      .then(() => unwrap(result))
      .catch((error: unknown) => error);
    assert(thrown instanceof ApiError);
    expect(thrown).toMatchObject({
      code: "ERR_API_RESPONSE",
      operation: "GET /items/{id}",
      status: 404,
      url: `${servers.catalog.baseUrl}items/none`,
      result: { status: 404, error: { title: "No such item" } },
    });
  });
});

describe("updateItem", () => {
  test("changes what is given, removes what is null, and moves the entity tag", async () => {
    const { id, etag } = await createItem({ name: "Widget", description: "Old", tags: ["new"] });
    const patch = { name: "Gadget", description: null };
    const result = await catalog.updateItem({ path: { id }, headers: { "If-Match": etag }, body: patch });
    assert(result.status === 200);
    expect(result.data).toMatchObject({ id, name: "Gadget", tags: ["new"], updatedAt: expect.any(String) });
    expect(result.data).not.toHaveProperty("description");
    expect(result.response.headers["etag"]).toBe('"2"');
  });

  test("resolves to 412 when somebody else was first", async () => {
    const { id, etag } = await createItem();
    const update = (name: string) =>
      catalog.updateItem({ path: { id }, headers: { "If-Match": etag }, body: { name } });
    unwrap(await update("First"));
    const second = await update("Second");
    assert(second.status === 412);
    expectTypeOf(second.error).toEqualTypeOf<Problem>();
    expect(unwrap(await catalog.getItem({ path: { id } })).name).toBe("First");
  });

  test("tells 404 from 422", async () => {
    const update = (id: string) =>
      catalog.updateItem({ path: { id }, headers: { "If-Match": "*" }, body: { name: "x".repeat(201) } });
    expect((await update("none")).status).toBe(404);
    const broken = await update((await createItem()).id);
    assert(broken.status === 422);
    expectTypeOf(broken.error).toEqualTypeOf<ValidationProblem>();
    expect(broken.error.violations).toHaveLength(1);
  });
});

describe("deleteItem", () => {
  test("resolves to no data, and the item is gone", async () => {
    const { id, etag } = await createItem();
    const result = await catalog.deleteItem({ path: { id }, headers: { "If-Match": etag } });
    assert(result.status === 204);
    expectTypeOf(result.data).toEqualTypeOf<undefined>();
    expect(result.data).toBeUndefined();
    expect((await catalog.getItem({ path: { id } })).status).toBe(404);
  });

  test("tells 404, 409 and 412 apart", async () => {
    const { id } = await createItem();
    const changed = await catalog.deleteItem({ path: { id }, headers: { "If-Match": '"0"' } });
    assert(changed.status === 412);
    expect(changed.error.title).toBe("The item has changed since it was read");

    unwrap(await catalog.setStock({ path: { id, warehouse: "berlin" }, body: { quantity: 1 } }));
    const stocked = await catalog.deleteItem({ path: { id } });
    assert(stocked.status === 409);
    expect(stocked.error.title).toBe("The item is still in stock");

    expect((await catalog.deleteItem({ path: { id: "none" } })).status).toBe(404);
  });
});

describe("images", () => {
  const everyByte = Uint8Array.from({ length: 1 << 20 }, (_, index) => index % 256);

  test.each([
    ["bytes", everyByte],
    ["an ArrayBuffer", everyByte.buffer],
    ["a Blob", new Blob([everyByte])],
    ["a stream", () => new Blob([everyByte]).stream()],
  ])("go up as %s and come down byte by byte", async (_, body) => {
    const { id } = await createItem();
    const put = await catalog.putItemImage({ path: { id }, body });
    assert(put.status === 204);
    const got = await catalog.getItemImage({ path: { id } });
    assert(got.status === 200);
    expectTypeOf(got.data).toEqualTypeOf<Uint8Array>();
    expect(Buffer.compare(got.data, everyByte)).toBe(0);
    expect(got.response.headers["content-type"]).toBe("image/png");
  });

  test("go up again with a new token when theirs was revoked", async () => {
    const { id } = await createItem();
    servers.catalog.revoke((await tokens.getAccessToken("catalog.client")).value);
    unwrap(await catalog.putItemImage({ path: { id }, body: () => new Blob([everyByte]).stream() }));
    expect(unwrap(await catalog.getItemImage({ path: { id } }))).toHaveLength(everyByte.length);
  });

  test("from a stream that can be read only once: the 401 is the result, and the next call has a new token", async () => {
    const { id } = await createItem();
    servers.catalog.revoke((await tokens.getAccessToken("catalog.client")).value);
    const put = await catalog.putItemImage({ path: { id }, body: new Blob([png]).stream() });
    assert(put.status === 401);
    expectTypeOf(put.error).toEqualTypeOf<Problem>();
    expect(put.error.title).toBe("The token was revoked");
    expect((await catalog.getItemImage({ path: { id } })).status).toBe(404);
  });

  test("over the limit resolve to 413", async () => {
    const put = await catalog.putItemImage({ path: { id: "1" }, body: new Uint8Array(everyByte.length + 1) });
    assert(put.status === 413);
    expectTypeOf(put.error).toEqualTypeOf<Problem>();
    expect(put.error.title).toBe("The image is too large");
  });

  test("of unknown items resolve to 404", async () => {
    expect((await catalog.putItemImage({ path: { id: "none" }, body: png })).status).toBe(404);
    const got = await catalog.getItemImage({ path: { id: "3" } });
    assert(got.status === 404);
    expect(got.error.title).toBe("The item has no image");
  });
});

describe("listCategories", () => {
  const flatten = (tree: readonly Category[]): string[] =>
    tree.flatMap(({ id, children }) => [id, ...flatten(children)]);

  test("resolves to a recursive tree", async () => {
    const result = await catalog.listCategories();
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<Category[]>();
    expect(flatten(result.data)).toEqual(["garden", "tools", "spades", "seeds", "kitchen"]);
    expect(result.data[0]?.children[0]?.children[0]?.name).toBe("Spades");
  });

  test("cuts it at `depth`", async () => {
    const tree = unwrap(await catalog.listCategories({ query: { depth: 2 } }));
    expect(flatten(tree)).toEqual(["garden", "tools", "seeds", "kitchen"]);
  });

  test("resolves to `default` with the status on the wire for what has no declaration of its own", async () => {
    const result = await catalog.listCategories({ query: { depth: 11 } });
    assert(result.status === "default");
    expectTypeOf(result.error).toEqualTypeOf<Problem>();
    expect(result).toMatchObject({ error: { status: 400 }, response: { status: 400 } });
  });
});

describe("stock", () => {
  test("is set, and listed by warehouses in the path and items in the query", async () => {
    const a = await createItem();
    const b = await createItem();
    const set = await catalog.setStock({ path: { id: a.id, warehouse: "berlin" }, body: { quantity: 3 } });
    assert(set.status === 200);
    expectTypeOf(set.data).toEqualTypeOf<Stock>();
    expect(set.data).toEqual({ warehouse: "berlin", itemId: a.id, quantity: 3 });
    unwrap(await catalog.setStock({ path: { id: b.id, warehouse: "porto" }, body: { quantity: 4 } }));

    const got = await catalog.getStock({
      path: { warehouses: ["berlin", "porto"] },
      query: { itemId: [a.id, b.id] },
    });
    assert(got.status === 200);
    expectTypeOf(got.data).toEqualTypeOf<Stock[]>();
    expect(got.data).toEqual([
      { warehouse: "berlin", itemId: a.id, quantity: 3 },
      { warehouse: "porto", itemId: b.id, quantity: 4 },
    ]);
  });

  test("tells 404 from 422", async () => {
    const set = (warehouse: string, quantity: number) =>
      catalog.setStock({ path: { id: "1", warehouse }, body: { quantity } });
    expect((await set("berlin,porto", 1)).status).toBe(404);
    const broken = await set("berlin", -1);
    assert(broken.status === 422);
    expect(broken.error.violations).toEqual([
      { pointer: "/quantity", message: "is a whole number, 0 or more" },
    ]);
  });

  test("of an unknown warehouse resolves to 404, whatever its name holds", async () => {
    // The comma of a name is encoded: two names would both be known.
    const got = await catalog.getStock({ path: { warehouses: ["berlin,porto"] } });
    assert(got.status === 404);
    expect(got.error.title).toBe("No such warehouse");
  });
});

describe("searchItems", () => {
  test("resolves to what is found", async () => {
    const result = await catalog.searchItems({ query: { q: "can 1" } });
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<Item[]>();
    expect(result.data.map(({ name }) => name)).toContain("Watering can 1");
  });

  test("resolves to 400 for an empty text", async () => {
    const result = await catalog.searchItems({ query: { q: "" } });
    assert(result.status === 400);
    expect(result.error.title).toBe("q is required");
  });
});
