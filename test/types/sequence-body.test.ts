import type { SequenceBody } from "@openapi-m2m/runtime";
import { describe, expectTypeOf, test } from "vitest";

interface Item {
  id: number;
  name?: string;
}

type Body = SequenceBody<Item>;

describe("SequenceBody", () => {
  test("takes anything that items can be got from, at once or later, and a function that gives it", () => {
    expectTypeOf<readonly Item[] | Set<Item> | Generator<Item>>().toExtend<Body>();
    expectTypeOf<AsyncGenerator<Item> | ReadableStream<Item>>().toExtend<Body>();
    expectTypeOf<(() => Item[]) | (() => AsyncIterable<Item>)>().toExtend<Body>();
  });

  test("takes what is written already", () => {
    expectTypeOf<string | Uint8Array | Blob | ReadableStream<Uint8Array>>().toExtend<Body>();
  });

  test("takes no other items, and no item by itself", () => {
    expectTypeOf<Item>().not.toExtend<Body>();
    expectTypeOf<string[]>().not.toExtend<Body>();
    expectTypeOf<AsyncGenerator<{ name: string }>>().not.toExtend<Body>();
    expectTypeOf<() => Item>().not.toExtend<Body>();
    // @ts-expect-error: no such property
    const unknown: Body = [{ id: 1, nmae: "x" }];
    expectTypeOf(unknown).toExtend<Body>();
  });
});
