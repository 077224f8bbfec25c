import {
  type ItemStream,
  type ServerSentEvent,
  type Success,
  type Undeclared,
  unwrap,
} from "@openapi-m2m/runtime";
import type { StreamOption } from "@openapi-m2m/runtime/codegen/v1";
import { describe, expectTypeOf, test } from "vitest";

interface Item {
  readonly id: string;
}

describe("ItemStream", () => {
  test("is iterated and disposed of", () => {
    expectTypeOf<ItemStream<Item>>().toExtend<AsyncIterable<Item>>();
    expectTypeOf<ItemStream<Item>>().toExtend<AsyncDisposable>();
    const read = async (stream: ItemStream<Item>) => {
      for await (const item of stream) expectTypeOf(item).toEqualTypeOf<Item>();
    };
    expectTypeOf(read).toBeFunction();
  });

  test("of more special items is one of less special ones", () => {
    expectTypeOf<ItemStream<Item>>().toExtend<ItemStream<unknown>>();
    expectTypeOf<ItemStream<unknown>>().not.toExtend<ItemStream<Item>>();
  });

  test("is the data of a success", () => {
    const data = (result: Success<200, ItemStream<Item>> | Undeclared) => unwrap(result);
    expectTypeOf(data).returns.toEqualTypeOf<ItemStream<Item>>();
  });
});

describe("ServerSentEvent", () => {
  test("has data of its type, and fields that are texts and numbers", () => {
    expectTypeOf<ServerSentEvent<Item>["data"]>().toEqualTypeOf<Item>();
    expectTypeOf<ServerSentEvent["data"]>().toBeUnknown();
    expectTypeOf<ServerSentEvent["event"]>().toBeString();
    expectTypeOf<ServerSentEvent["id"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ServerSentEvent["retry"]>().toEqualTypeOf<number | undefined>();
  });

  test("is narrowed by its name", () => {
    type Named = ServerSentEvent & ({ event: "item"; data: Item } | { event: "note" | "hint"; data: string });
    const narrow = (event: Named) => {
      if (event.event === "item") expectTypeOf(event.data).toEqualTypeOf<Item>();
      else expectTypeOf(event.data).toEqualTypeOf<string>();
    };
    expectTypeOf(narrow).toBeFunction();
  });
});

describe("StreamOption", () => {
  test("asks for a stream, and for nothing else", () => {
    expectTypeOf<StreamOption["stream"]>().toEqualTypeOf<true>();
  });
});
