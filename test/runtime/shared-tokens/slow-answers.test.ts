import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, keepPlain, type MemoryStore } from "../../support/memory-store.ts";
import { createProcesses, settle } from "../../support/processes.ts";
import {
  down,
  encryption,
  forced,
  readStore,
  request,
  setUp,
  share,
  stopTime,
  waitMs,
} from "../../support/token-sharing.ts";

beforeEach(stopTime);

/** Has the next that reads the store told what is there now, later. */
function answerSlowly(memory: MemoryStore): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  let isFirst = true;
  memory.interfere = async (method, _key, work) => {
    if (method !== "get" || !isFirst) return work();
    isFirst = false;
    const found = work();
    await held.promise;
    return found;
  };
  return held;
}

describe("a slow answer", () => {
  test("replaces no newer token, and gives way to it", async () => {
    const { memory, one, two, asked } = setUp({ lockWaitMs: 100 });
    const slow = one.get(request);
    await settle();
    const fast = two.get(request);
    await waitMs(100);
    asked[1]?.issue("newer");
    await fast;
    asked[0]?.issue("slow");
    expect(await slow).toMatchObject({ value: "slow" });
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "newer" });
    expect(one.peek(request)).toMatchObject({ value: "newer" });
  });

  test.each(["invalidate", "invalidateClient"] as const)(
    "to what was asked before another process did %s is given to who waits, and not kept",
    async (method) => {
      const setup = setUp();
      const { memory, one, two, three, asked, clock } = setup;
      await share("a", setup);
      clock.now += 100_000;
      const slow = one.get(request);
      await settle();
      two[method](method === "invalidate" ? (request as never) : ("a" as never));
      await settle();
      asked[1]?.issue("slow");
      expect(await slow).toMatchObject({ value: "slow" });
      await settle();
      expect(readStore(memory)).toBeNull();
      expect([one.peek(request), three.peek(request)]).toEqual([undefined, undefined]);
    },
  );

  test("to what was asked before the same process did invalidate is not shared, though the store compares nothing", async () => {
    const memory = createMemoryStore();
    const { one, asked } = createProcesses({ encryption, store: keepPlain(memory) });
    const slow = one.get(request);
    await settle();
    one.invalidate(request);
    asked[0]?.issue("slow");
    await slow;
    await settle();
    expect(memory.values.size).toBe(0);
  });

  test("of the store is not taken for what a process had meanwhile", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    await share("a", setup);
    const slow = answerSlowly(memory);
    memory.announce(request.key);
    await settle();
    const renewed = one.get(forced);
    await settle();
    asked[1]?.issue("b");
    await renewed;
    await settle();
    slow.resolve();
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("of the store to who looked before an invalidation is not kept for the case that there is no other", async () => {
    const setup = setUp();
    await share("a", setup);
    const { one, asked, clock } = createProcesses({ encryption, store: setup.memory });
    clock.now += 90_000;
    const slow = answerSlowly(setup.memory);
    const got = one.get(request);
    await settle();
    one.invalidate(request);
    slow.resolve();
    await settle();
    asked[0]?.fail(down);
    await expect(got).rejects.toBe(down);
  });

  test("is shared and kept although what it replaces has ended meanwhile, or was lost", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    await share("a", setup);
    const slow = one.get(forced);
    await settle();
    memory.values.clear();
    asked[1]?.issue("b");
    await slow;
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "b" });
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("after the store could not be looked at replaces nothing that was put there meanwhile", async () => {
    const { memory, one, two, asked } = setUp();
    memory.interfere = () => Promise.reject(new Error("down"));
    const slow = one.get(request);
    await settle();
    memory.interfere = (_method, _key, work) => work();
    const fast = two.get(request);
    await settle();
    asked[1]?.issue("newer");
    await fast;
    await settle();
    asked[0]?.issue("slow");
    await slow;
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "newer" });
  });
});
