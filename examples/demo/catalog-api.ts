import type { components, operations } from "../../generated/catalog/schema.d.ts";
import { type ApiRequest, Problem, unprocessable } from "./api-request.ts";
import { type ApiOptions, type ApiServer, startApiServer } from "./api-server.ts";

type Item = components["schemas"]["Item"];
type NewItem = components["schemas"]["NewItem"];
type ItemPatch = components["schemas"]["ItemPatch"];
type Category = components["schemas"]["Category"];
type ItemChange = components["schemas"]["ItemChange"];

interface Entry {
  item: Item;
  version: number;
  image?: Buffer;
  readonly stock: Map<string, number>;
}

const categories: readonly Category[] = [
  {
    id: "garden",
    name: "Garden",
    children: [
      { id: "tools", name: "Tools", children: [{ id: "spades", name: "Spades", children: [] }] },
      { id: "seeds", name: "Seeds", children: [] },
    ],
  },
  { id: "kitchen", name: "Kitchen", children: [] },
];
const warehouses = ["berlin", "porto"];
const largestImage = 1024 * 1024;

/** Starts the API of specs/catalog.yaml with sixty items, `1` to `60`, in memory. */
export function startCatalogApi(options: ApiOptions): Promise<ApiServer> {
  const entries = new Map(seed().map((entry) => [entry.item.id, entry]));
  const created = new Map<string, Entry>();
  const changes: ItemChange[] = [];
  let lastId = entries.size;

  return startApiServer<operations>(
    "/catalog/",
    {
      getHealth: {
        on: "GET /health",
        answer: () => ({ status: 200, body: { status: "up", version: "1.2.0" } }),
      },

      listItems: {
        on: "GET /items",
        scope: "catalog:read",
        answer(request) {
          const limit = request.queryInteger("limit", { min: 1, max: 100, otherwise: 20 });
          const start = readCursor(request.query.get("cursor"));
          const found = sorted(filtered(items(), request), request.query.get("sort") ?? "name");
          const fields = request.headerList("X-Fields");
          const page = found.slice(start, start + limit).map((item) => (fields ? pick(item, fields) : item));
          const nextCursor = start + limit < found.length ? writeCursor(start + limit) : null;
          return { status: 200, body: { items: page, nextCursor } };
        },
      },

      createItem: {
        on: "POST /items",
        scope: "catalog:write",
        async answer(request) {
          const key = request.header("Idempotency-Key");
          const known = key === undefined ? undefined : created.get(key);
          if (known) return createdAnswer(known);

          const body = await request.json<NewItem>();
          check(body);
          if (body.sku && items().some(({ sku }) => sku === body.sku))
            throw new Problem(409, "The SKU is taken");
          const item: Item = {
            status: "draft",
            ...body,
            id: String(++lastId),
            createdAt: new Date().toISOString(),
            updatedAt: null,
          };
          const entry: Entry = { item, version: 1, stock: new Map() };
          entries.set(item.id, entry);
          changes.push({ itemId: item.id, kind: "created" });
          if (key !== undefined) created.set(key, entry);
          return createdAnswer(entry);
        },
      },

      getItem: {
        on: "GET /items/{id}",
        scope: "catalog:read",
        answer: (request) => itemAnswer(find(request)),
      },

      updateItem: {
        on: "PATCH /items/{id}",
        scope: "catalog:write",
        async answer(request) {
          const patch = await request.json<ItemPatch>();
          const entry = find(request);
          if (request.header("If-Match") === undefined) throw new Problem(400, "If-Match is required");
          checkVersion(entry, request);
          const merged = Object.entries({ ...entry.item, ...patch }).filter(([, value]) => value !== null);
          const item = { ...Object.fromEntries(merged), updatedAt: new Date().toISOString() } as Item;
          check(item);
          entry.item = item;
          entry.version += 1;
          changes.push({ itemId: entry.item.id, kind: "updated" });
          return itemAnswer(entry);
        },
      },

      deleteItem: {
        on: "DELETE /items/{id}",
        scope: "catalog:write",
        answer(request) {
          const entry = find(request);
          checkVersion(entry, request);
          if ([...entry.stock.values()].some((quantity) => quantity > 0))
            throw new Problem(409, "The item is still in stock");
          entries.delete(entry.item.id);
          changes.push({ itemId: entry.item.id, kind: "deleted" });
          return { status: 204 };
        },
      },

      putItemImage: {
        on: "PUT /items/{id}/image",
        scope: "catalog:write",
        async answer(request) {
          const image = await request.bytes();
          if (image.length > largestImage) throw new Problem(413, "The image is too large");
          find(request).image = image;
          return { status: 204 };
        },
      },

      getItemImage: {
        on: "GET /items/{id}/image",
        scope: "catalog:read",
        answer(request) {
          const { image } = find(request);
          if (!image) throw new Problem(404, "The item has no image");
          return { status: 200, contentType: "image/png", body: image };
        },
      },

      listCategories: {
        on: "GET /categories",
        scope: "catalog:read",
        answer(request) {
          const depth = request.queryInteger("depth", { min: 1, max: 10, otherwise: 10 });
          return { status: 200, body: cut(categories, depth) };
        },
      },

      getStock: {
        on: "GET /warehouses/{warehouses}/stock",
        scope: "inventory:read",
        answer(request) {
          const asked = request.pathList("warehouses").map(knownWarehouse);
          const ids = request.query.getAll("itemId");
          const stock = [...entries.values()]
            .filter(({ item }) => ids.length === 0 || ids.includes(item.id))
            .flatMap(({ item, stock }) =>
              asked.flatMap((warehouse) => {
                const quantity = stock.get(warehouse) ?? 0;
                return quantity > 0 ? [{ warehouse, itemId: item.id, quantity }] : [];
              }),
            );
          return { status: 200, body: stock };
        },
      },

      setStock: {
        on: "PUT /items/{id}/stock/{warehouse}",
        scope: "inventory:write",
        async answer(request) {
          const { quantity } = await request.json<{ quantity: number }>();
          const entry = find(request);
          const warehouse = knownWarehouse(request.path("warehouse"));
          if (!Number.isInteger(quantity) || quantity < 0)
            throw unprocessable({ "/quantity": "is a whole number, 0 or more" });
          entry.stock.set(warehouse, quantity);
          return { status: 200, body: { warehouse, itemId: entry.item.id, quantity } };
        },
      },

      exportItems: {
        on: "GET /export",
        scope: "catalog:read",
        answer() {
          const lines = items().map((item) => `${JSON.stringify(item)}\n`);
          return { status: 200, body: lines.join(""), contentType: "application/x-ndjson" };
        },
      },

      watchItems: {
        on: "GET /changes",
        scope: "catalog:read",
        answer(request) {
          const told = Number(request.header("Last-Event-ID") ?? 0);
          const events = changes.slice(told).map((change, index) => {
            return `id: ${told + index + 1}\ndata: ${JSON.stringify(change)}\n\n`;
          });
          return { status: 200, body: events.join(""), contentType: "text/event-stream" };
        },
      },

      searchItems: {
        on: "GET /search",
        scope: "catalog:read",
        answer(request) {
          const text = request.query.get("q")?.toLowerCase();
          if (!text) throw new Problem(400, "q is required");
          const found = items().filter(({ name }) => name.toLowerCase().includes(text));
          return { status: 200, body: found.slice(0, 10) };
        },
      },
    },
    options,
  );

  function items(): Item[] {
    return [...entries.values()].map(({ item }) => item);
  }

  function find(request: ApiRequest): Entry {
    const entry = entries.get(request.path("id"));
    if (!entry) throw new Problem(404, "No such item");
    return entry;
  }
}

function seed(): Entry[] {
  const names = ["Spade", "Rake", "Watering can", "Sunflower seeds", "Apron", "Ladle"];
  const homes = ["spades", "tools", "tools", "seeds", "kitchen", "kitchen"];
  return Array.from({ length: 60 }, (_, index) => ({
    item: {
      id: String(index + 1),
      name: `${names[index % names.length]} ${Math.floor(index / names.length) + 1}`,
      sku: `SKU-${1000 + index}`,
      price: { amount: 5 + index, currency: "EUR" },
      status: "active",
      categoryId: homes[index % homes.length] ?? null,
      tags: index % 2 ? ["new"] : ["new", "sale"],
      createdAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
      updatedAt: null,
    },
    version: 1,
    stock: new Map([["berlin", index % 3]]),
  }));
}

function etag({ version }: Entry): string {
  return `"${version}"`;
}

function itemAnswer(entry: Entry) {
  return { status: 200, headers: { etag: etag(entry) }, body: entry.item } as const;
}

function createdAnswer(entry: Entry) {
  const headers = { location: `/catalog/items/${entry.item.id}`, etag: etag(entry) };
  return { status: 201, headers, body: entry.item } as const;
}

function checkVersion(entry: Entry, request: ApiRequest): void {
  const wanted = request.header("If-Match");
  if (wanted !== undefined && wanted !== "*" && wanted !== etag(entry))
    throw new Problem(412, "The item has changed since it was read");
}

function check({ name, status, price }: NewItem): void {
  if (typeof name !== "string" || name === "" || name.length > 200)
    throw unprocessable({ "/name": "is a text of 1 to 200 characters" });
  if (status !== undefined && !["draft", "active", "retired"].includes(status))
    throw unprocessable({ "/status": "is draft, active or retired" });
  if (price && !(price.amount >= 0)) throw unprocessable({ "/price/amount": "is 0 or more" });
}

function filtered(items: readonly Item[], request: ApiRequest): Item[] {
  const filter = request.queryObject("filter");
  const tags = request.queryList("tags", ",") ?? [];
  const category = filter["categoryId"];
  if (category !== undefined && !exists(categories, category)) throw new Problem(404, "No such category");
  return items.filter(
    (item) =>
      tags.every((tag) => item.tags?.includes(tag)) &&
      (category === undefined || item.categoryId === category) &&
      (filter["status"] === undefined || item.status === filter["status"]) &&
      (item.price?.amount ?? 0) >= Number(filter["minPrice"] ?? 0) &&
      (item.price?.amount ?? 0) <= Number(filter["maxPrice"] ?? Number.POSITIVE_INFINITY),
  );
}

function sorted(items: readonly Item[], sort: string): Item[] {
  const field = sort.replace(/^-/, "");
  if (!["name", "price", "createdAt"].includes(field)) throw new Problem(400, "sort is unknown");
  const value = (item: Item) => (field === "price" ? (item.price?.amount ?? 0) : item[field as "name"]);
  const direction = sort.startsWith("-") ? -1 : 1;
  return items.toSorted((a, b) => (value(a) < value(b) ? -direction : value(a) > value(b) ? direction : 0));
}

function pick(item: Item, fields: readonly string[]): Item {
  const always = ["id", "name", "sku", "status", "createdAt", "updatedAt"];
  const kept = Object.entries(item).filter(([name]) => always.includes(name) || fields.includes(name));
  return Object.fromEntries(kept) as unknown as Item;
}

function cut(tree: readonly Category[], depth: number): Category[] {
  return tree.map(({ id, name, children }) => ({
    id,
    name,
    children: depth > 1 ? cut(children, depth - 1) : [],
  }));
}

function exists(tree: readonly Category[], id: string): boolean {
  return tree.some((category) => category.id === id || exists(category.children, id));
}

function knownWarehouse(name: string): string {
  if (!warehouses.includes(name)) throw new Problem(404, "No such warehouse");
  return name;
}

function writeCursor(start: number): string {
  return Buffer.from(`start ${start}`).toString("base64url");
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const start = /^start (\d+)$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (start === undefined) throw new Problem(400, "The cursor is not one of ours");
  return Number(start);
}
