import type { Failure, ItemStream, ServerSentEvent, Success, Undeclared } from "@openapi-m2m/runtime";
import type { AcceptOption, StreamOption } from "@openapi-m2m/runtime/codegen/v1";
import { describe, expectTypeOf, test } from "vitest";
import type { Item, ItemPage, ListItemsInput, NewItem, Problem } from "../../generated/catalog/index.ts";
import { CatalogClient } from "../../generated/index.ts";
import { ApiMockAgent, type BodyOf, type MockedClient, type StatusOf } from "../../runtime/src/testing.ts";

/** What is here is only compiled. */
declare const catalog: MockedClient<CatalogClient>;
declare const item: Item;
declare const problem: Problem;

describe("a mocked client", () => {
  test("is made of the class alone, whatever token client it is bound to", () => {
    const create = () => new ApiMockAgent().mockClient(CatalogClient);
    expectTypeOf(create().listItems).toEqualTypeOf<typeof catalog.listItems>();
  });

  test("has the operations of the client, and nothing else", () => {
    type Names = Exclude<keyof CatalogClient, symbol | "paths">;
    expectTypeOf<keyof typeof catalog>().toEqualTypeOf<Names>();
    // @ts-expect-error: misspelt
    const misspelt = () => catalog.listItem;
    expectTypeOf(misspelt).toBeFunction();
  });

  test("has its calls as the arguments of the method", () => {
    expectTypeOf<typeof catalog.listItems.calls>().toEqualTypeOf<readonly ListItemsInput[]>();
  });
});

describe("reply", () => {
  test("takes a declared status with the body that is declared for it", () => {
    const replies = () => [
      catalog.getItem.reply(200, item),
      catalog.getItem.reply(404, problem),
      catalog.deleteItem.reply(204),
      catalog.getItem.reply(401),
      catalog.getItem.reply(401, { error: "whatever" }),
      catalog.getItemImage.reply(200, new Uint8Array()),
      catalog.getItem.reply(200, item, { headers: { etag: '"1"' } }),
      catalog.deleteItem.reply(204, undefined, { headers: { "x-request-id": "1" } }),
    ];
    expectTypeOf(replies).toBeFunction();
  });

  test("takes no status that is not declared", () => {
    // @ts-expect-error: not declared
    const teapot = () => catalog.getItem.reply(418, problem);
    // @ts-expect-error: any number
    const any = (status: number) => catalog.getItem.reply(status, problem);
    expectTypeOf([teapot, any]).toBeArray();
  });

  test("takes no body but the declared one, nor leaves it out", () => {
    // @ts-expect-error: a problem is no item
    const other = () => catalog.getItem.reply(200, problem);
    // @ts-expect-error: an item has a name that is a text
    const wrong = () => catalog.getItem.reply(200, { ...item, name: 1 });
    // @ts-expect-error: an item has no colour
    const more = () => catalog.createItem.reply(201, { ...item, colour: "red" });
    // @ts-expect-error: it has no body
    const none = () => catalog.getItem.reply(200);
    // @ts-expect-error: 204 has none
    const some = () => catalog.deleteItem.reply(204, item);
    expectTypeOf([other, wrong, more, none, some]).toBeArray();
  });

  test("takes what a function makes of the call's input", () => {
    const make = () =>
      catalog.getItem.reply(200, (input) => {
        expectTypeOf(input.path).toEqualTypeOf<{ id: string }>();
        return { ...item, id: input.path.id };
      });
    const later = () => catalog.createItem.reply(201, async ({ body }) => ({ ...item, name: body.name }));
    // @ts-expect-error: makes no item
    const wrong = () => catalog.getItem.reply(200, ({ path }) => path);
    expectTypeOf([make, later, wrong]).toBeArray();
  });

  test("takes a stream as what it gives one by one", () => {
    const change = { kind: "deleted", itemId: "1" } as const;
    const lines = () => catalog.exportItems.reply(200, [item, item]);
    const events = () =>
      catalog.watchItems.reply(200, [{ data: change }, { event: "change", data: change, id: "7" }]);
    async function* generate() {
      yield item;
    }
    const asynchronous = () => catalog.exportItems.reply(200, generate());
    // @ts-expect-error: one item is no stream
    const one = () => catalog.exportItems.reply(200, item);
    // @ts-expect-error: not such data
    const wrong = () => catalog.watchItems.reply(200, [{ data: item }]);
    expectTypeOf([lines, events, asynchronous, one, wrong]).toBeArray();
  });

  test("takes anything where it is said that no document tells of it", () => {
    const replies = () => [
      catalog.getItem.replyUndeclared(418, "short"),
      catalog.getItem.replyUndeclared(200, { a: 1 }),
    ];
    expectTypeOf(replies).toBeFunction();
  });
});

describe("when", () => {
  test("takes parts of the input", () => {
    const replies = () => [
      catalog.getItem.when({ path: { id: "42" } }),
      catalog.listItems.when({ query: { limit: 10, filter: {} }, headers: {} }),
      catalog.createItem.when({ body: { name: "Widget" } }),
      catalog.createItem.when({ body: {} }),
      catalog.getItem.when(({ path }) => path.id.startsWith("4")),
    ];
    expectTypeOf(replies).toBeFunction();
    const input: NewItem = { name: "" };
    expectTypeOf(input).toExtend<NewItem>();
  });

  test("takes nothing that is not in it", () => {
    // @ts-expect-error: misspelt
    const misspelt = () => catalog.listItems.when({ query: { limt: 10 } });
    // @ts-expect-error: a number
    const wrong = () => catalog.listItems.when({ query: { limit: "10" } });
    // @ts-expect-error: no part of what is sent
    const other = () => catalog.listItems.when({ timeoutMs: 1 });
    expectTypeOf([misspelt, wrong, other]).toBeArray();
  });
});

describe("StatusOf", () => {
  type ClientError = Extract<StatusOf<Failure<"4XX", Problem>>, 400 | 404 | 429 | 500>;

  test("has the statuses that a range or default stands for", () => {
    expectTypeOf<ClientError>().toEqualTypeOf<400 | 404 | 429>();
    expectTypeOf<Extract<StatusOf<Success<"2XX", Item>>, 200 | 204 | 300>>().toEqualTypeOf<200 | 204>();
    expectTypeOf<Extract<StatusOf<Failure<"default", Item>>, 200 | 302 | 500>>().toEqualTypeOf<302 | 500>();
    expectTypeOf<Extract<StatusOf<Success<"default", Item>>, 200 | 302>>().toEqualTypeOf<200>();
    expectTypeOf<StatusOf<Undeclared>>().toEqualTypeOf<never>();
  });
});

describe("BodyOf", () => {
  type Result =
    | Success<200, Item>
    | Success<"2XX", ItemPage>
    | Failure<404, Problem>
    | Failure<"4XX", string>
    | Failure<"default", number>
    | Undeclared;

  test("goes by the declaration that fits best", () => {
    expectTypeOf<BodyOf<Result, 200>>().toEqualTypeOf<Item>();
    expectTypeOf<BodyOf<Result, 201>>().toEqualTypeOf<ItemPage>();
    expectTypeOf<BodyOf<Result, 404>>().toEqualTypeOf<Problem>();
    expectTypeOf<BodyOf<Result, 409>>().toEqualTypeOf<string>();
    expectTypeOf<BodyOf<Result, 503>>().toEqualTypeOf<number>();
  });
});

describe("methods with overloads and choices", () => {
  interface Results {
    "application/json": Success<200, Item> | Failure<404, Problem> | Undeclared;
    "text/csv": Success<200, string> | Failure<404, Problem> | Undeclared;
    "text/event-stream": Success<200, ItemStream<ServerSentEvent<Item, "item">>> | Undeclared;
  }
  interface Input {
    path: { id: string };
  }
  interface Client {
    choose<Accept extends keyof Results = "application/json">(
      input: Input & AcceptOption<Accept>,
    ): Promise<Results[Accept]>;
    stream(input: Input & StreamOption): Promise<Success<200, ItemStream<Uint8Array>>>;
    stream(input: Input): Promise<Success<200, Uint8Array>>;
    readonly orders: { get(input?: Input): Promise<Success<200, Item>> };
  }
  const mocks = {} as MockedClient<Client>;

  test("are mocked with the data of any of them", () => {
    const replies = () => [
      mocks.choose.reply(200, item),
      mocks.choose.reply(200, "a,b", { contentType: "text/csv" }),
      mocks.choose.reply(200, [{ event: "item", data: item }]),
      mocks.choose.when({ accept: "text/csv", path: { id: "1" } }).reply(404, problem),
      mocks.stream.reply(200, new Uint8Array()),
      mocks.orders.get.reply(200, item),
    ];
    // @ts-expect-error: that is none of them
    const wrong = () => mocks.choose.reply(200, 1);
    // @ts-expect-error: these events have a name
    const nameless = () => mocks.choose.reply(200, [{ data: item }]);
    expectTypeOf([replies, wrong, nameless]).toBeArray();
    expectTypeOf<typeof mocks.orders.get.calls>().toEqualTypeOf<readonly Input[]>();
  });
});
