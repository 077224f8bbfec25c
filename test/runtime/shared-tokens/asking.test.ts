import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, keepPlain } from "../../support/memory-store.ts";
import { createProcesses, settle } from "../../support/processes.ts";
import {
  client,
  down,
  encryption,
  narrow,
  request,
  setUp,
  share,
  stopTime,
  waitMs,
} from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("of the processes that need a token", () => {
  test("one asks, and the others take what it got", async () => {
    const { sources, asked } = setUp();
    const got = sources.map((source) => source.get(request));
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.issue("a");
    await settle();
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["a", "a", "a"]);
    expect(asked).toHaveLength(1);
  });

  test("one that comes later asks nobody", async () => {
    const { one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    await settle();
    expect(await two.get(request)).toMatchObject({ value: "a" });
    expect(asked).toHaveLength(1);
  });

  test("one whose turn it is at last looks again before it asks", async () => {
    const { memory, one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "lock") await held.promise;
      return work();
    };
    const late = two.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    await settle();
    held.resolve();
    expect(await late).toMatchObject({ value: "a" });
    await settle();
    expect(asked).toHaveLength(1);
    expect(memory.locks.size).toBe(0);
  });

  test("one that hears of the token before it waits for it takes it, and plans its renewal as ever", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    await share("a", setup);
    clock.now += 100_000;
    one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      const result = work();
      if (method === "lock") await held.promise;
      return result;
    };
    const got = two.get(request);
    await settle();
    asked[1]?.issue("b");
    await settle();
    held.resolve();
    await waitMs(75);
    expect(await got).toMatchObject({ value: "b" });
    expect(asked).toHaveLength(2);
    clock.now += 60_000;
    two.peek(request);
    await settle();
    expect(asked.at(-1)?.reason).toBe("early");
  });

  test("those that wait look by themselves where nothing tells them, within a second", async () => {
    const { memory, one, two, asked } = setUp();
    memory.listeners.add = () => memory.listeners;
    one.get(request);
    await settle();
    const got = two.get(request);
    await waitMs(5000);
    asked[0]?.issue("a");
    await waitMs(750);
    expect(await got).toMatchObject({ value: "a" });
  });

  test("those that wait ask by themselves after lockWaitMs, and not before", async () => {
    const { one, two, asked } = setUp({ lockWaitMs: 1234 });
    one.get(request);
    await settle();
    two.get(request);
    await waitMs(1233);
    expect(asked).toHaveLength(1);
    await waitMs(1);
    expect(asked).toHaveLength(2);
  });

  test("those that wait do so as long as a token request may take, unless they are told", async () => {
    const { one, two, asked } = setUp();
    one.get(request);
    await settle();
    two.get(request);
    await waitMs(client.requestTimeoutMs - 1);
    expect(asked).toHaveLength(1);
    await waitMs(1);
    expect(asked).toHaveLength(2);
  });

  test("another asks when the one that asked is gone", async () => {
    const { memory, one, two, asked } = setUp();
    one.get(request);
    await settle();
    memory.interfere = (method, _key, work) => (method === "extend" ? undefined : work());
    two.get(request);
    await waitMs(3750);
    expect(asked).toHaveLength(2);
  });

  test("another asks when the one that asked failed", async () => {
    const { one, two, asked } = setUp();
    const failed = one.get(request);
    await settle();
    const got = two.get(request);
    asked[0]?.fail(down);
    await expect(failed).rejects.toBe(down);
    await waitMs(750);
    asked[1]?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
  });

  test("each has its own of another scope", async () => {
    const { one, two, asked } = setUp();
    one.get(request);
    two.get(narrow);
    await settle();
    expect(asked.map(({ request }) => request.key)).toEqual([request.key, narrow.key]);
  });

  test("those without turns ask at once, and still take what is there", async () => {
    const plain = { encryption, store: keepPlain(createMemoryStore()) };
    const { one, two, three, asked } = createProcesses(plain, plain, plain);
    const got = [one.get(request), two.get(request)];
    await settle();
    asked[0]?.issue("a");
    asked[1]?.issue("b");
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["a", "b"]);
    await settle();
    expect(await three.get(request)).toMatchObject({ value: "b" });
  });
});
