import { beforeEach, describe, expect, test } from "vitest";
import { settle } from "../../support/processes.ts";
import {
  down,
  forced,
  readStore,
  request,
  setUp,
  share,
  stopTime,
  waitMs,
} from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("a token that was rejected", () => {
  test("is renewed once, whoever was told", async () => {
    const setup = setUp();
    const { sources, asked } = setup;
    const rejected = await share("a", setup);
    const got = sources.map((source) => source.replace(request, rejected));
    await settle();
    asked[1]?.issue("b");
    await waitMs(1000);
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["b", "b", "b"]);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.reason).toBe("rejected");
  });

  test("is exchanged for another that is there, without a request", async () => {
    const setup = setUp();
    const { memory, one, two, asked } = setup;
    const rejected = await share("a", setup);
    memory.listeners.clear();
    const got = one.replace(request, rejected);
    await settle();
    asked[1]?.issue("b");
    await got;
    await settle();
    expect(await two.replace(request, rejected)).toMatchObject({ value: "b" });
    expect(asked).toHaveLength(2);
  });

  test("is exchanged for another that still serves when no other can be had", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    const rejected = await share("a", setup);
    memory.listeners.clear();
    const got = one.get(forced);
    await settle();
    asked[1]?.issue("b");
    await got;
    clock.now += 90_000;
    const replaced = two.replace(request, rejected);
    await settle();
    asked[2]?.fail(down);
    expect(await replaced).toMatchObject({ value: "b" });
    clock.now += 10_000;
    const late = two.replace(request, rejected);
    await settle();
    asked[3]?.fail(down);
    await expect(late).rejects.toBe(down);
  });

  test("is not taken back, though another process put it there again", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    const rejected = await share("a", setup);
    const again = memory.values.get(request.key) as { value: string; endsAt: number };
    one.discard(request, rejected);
    await settle();
    memory.values.set(request.key, again);
    memory.announce(request.key);
    await settle();
    expect(one.peek(request)).toBeUndefined();
    one.get(request);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test("is dropped by all processes when it is not to be replaced now, unless there is another by now", async () => {
    const setup = setUp();
    const { memory, one, two, asked } = setup;
    const rejected = await share("a", setup);
    one.discard(request, rejected);
    await settle();
    expect(readStore(memory)).toBeNull();
    expect(two.peek(request)).toBeUndefined();
    const got = two.get(request);
    await settle();
    asked[1]?.issue("b");
    await got;
    await settle();
    one.discard(request, rejected);
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "b" });
  });
});

describe("a forced renewal", () => {
  test("asks although there is a token that nobody had before, and shares what it gets", async () => {
    const { one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    const renewed = two.get(forced);
    await settle();
    asked[1]?.issue("b");
    expect(await renewed).toMatchObject({ value: "b" });
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("asks after the process whose turn it is", async () => {
    const { one, two, asked } = setUp();
    const first = one.get(forced);
    await settle();
    two.get(forced);
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.issue("a");
    await first;
    await waitMs(750);
    expect(asked).toHaveLength(2);
  });
});
