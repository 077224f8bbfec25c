import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SealedStore } from "../../../runtime/src/shared-tokens/sealed-store.ts";
import { createSealer } from "../../../runtime/src/shared-tokens/sealing.ts";
import { StoreGuard } from "../../../runtime/src/shared-tokens/store-guard.ts";
import { Turn } from "../../../runtime/src/shared-tokens/turn.ts";
import { createMemoryStore, type MemoryStore } from "../../support/memory-store.ts";

function setUp() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const memory = createMemoryStore();
  const create = () =>
    new SealedStore({
      store: memory,
      sealer: createSealer("none"),
      guard: new StoreGuard(Date.now),
      timeoutMs: 250,
      now: Date.now,
    });
  const [one, other] = [create(), create()];
  return {
    memory,
    one,
    take: () => Turn.take(one, "key", 250),
    takeOther: () => Turn.take(other, "key", 250),
  };
}

/** Has an operation take effect, but too late. */
function delay(memory: MemoryStore, slow: string, ms: number): void {
  memory.interfere = async (method, _key, work) => {
    const result = work();
    if (method === slow) await new Promise((resolve) => setTimeout(resolve, ms));
    return result;
  };
}

describe("Turn", () => {
  test("is one process's at a time, until it ends", async () => {
    const { take, takeOther } = setUp();
    const turn = await take();
    expect(await takeOther()).toBeUndefined();
    await turn?.end();
    expect(await takeOther()).toBeInstanceOf(Turn);
  });

  test("lasts as long as it takes to ask", async () => {
    const { take, takeOther } = setUp();
    await take();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await takeOther()).toBeUndefined();
  });

  test("is over three seconds after a process that is gone has said last that it has it", async () => {
    const { memory, take, takeOther } = setUp();
    await take();
    await vi.advanceTimersByTimeAsync(10_000);
    memory.interfere = (method, _key, work) => (method === "extend" ? undefined : work());
    await vi.advanceTimersByTimeAsync(2999);
    expect(await takeOther()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await takeOther()).toBeInstanceOf(Turn);
  });

  test("that ended is extended no more", async () => {
    const { memory, take } = setUp();
    const turn = await take();
    await turn?.end();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(memory.calls).not.toContain("extend");
  });

  test("that was lost ends nobody else's", async () => {
    const { memory, take, takeOther } = setUp();
    const lost = await take();
    memory.locks.clear();
    await takeOther();
    await lost?.end();
    expect(await take()).toBeUndefined();
  });

  test("is given back when it comes too late", async () => {
    const { memory, take, takeOther } = setUp();
    delay(memory, "lock", 300);
    const taken = take();
    taken.catch(() => {});
    await vi.advanceTimersByTimeAsync(250);
    await expect(taken).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(50);
    memory.interfere = (_method, _key, work) => work();
    expect(await takeOther()).toBeInstanceOf(Turn);
  });

  test("ends, though the store fails to extend and release it", async () => {
    const { memory, take } = setUp();
    const turn = await take();
    memory.interfere = () => {
      throw new Error("down");
    };
    await vi.advanceTimersByTimeAsync(2000);
    await turn?.end();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([undefined, null, false])("is not had of a store whose lock is %s", async (lock) => {
    const { memory, take } = setUp();
    memory.interfere = () => lock;
    expect(await take()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([true, 1, {}, { extend: 5, release: () => 5 }])(
    "ends, though the store's lock is %j",
    async (lock) => {
      const { memory, take } = setUp();
      memory.interfere = () => lock;
      const turn = await take();
      await vi.advanceTimersByTimeAsync(2000);
      await turn?.end();
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});
