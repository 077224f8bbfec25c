import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { RefreshingCache, type RefreshingCacheOptions } from "../../runtime/src/refreshing-cache.ts";
import { atEnd } from "../support/disposal.ts";

interface Value {
  readonly key: string;
  readonly serial: number;
}

/** A cache whose values are numbered and kept for 100 ms, by a clock. */
function setUp(max = 10, patienceMs?: number) {
  const clock = { now: 0 };
  let serial = 0;
  const load = vi.fn<RefreshingCacheOptions<Value>["load"]>(async (key) => {
    serial++;
    return { value: { key, serial }, keepMs: 100 };
  });
  const cache = new RefreshingCache<Value>({
    max,
    now: () => clock.now,
    load,
    ...(patienceMs !== undefined && { patienceMs }),
  });
  /** Has the next load end when the test says, and how. */
  const holdNext = () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const answer = load.getMockImplementation() as RefreshingCacheOptions<Value>["load"];
    load.mockImplementationOnce(async (...given) => {
      await promise;
      return answer(...given);
    });
    return { answer: resolve, fail: () => reject(new Error("down")) };
  };
  const find = async (signal?: AbortSignal) => (await cache.find("a", signal)).serial;
  const findStale = async (signal?: AbortSignal) => (await cache.findStale("a", signal)).serial;
  return { clock, cache, load, holdNext, find, findStale };
}

describe("RefreshingCache", () => {
  test("loads once for all who ask meanwhile, and has the value at hand after that", async () => {
    const { cache, load, find, findStale } = setUp();
    expect(cache.peek("a")).toBeUndefined();
    expect(await Promise.all([find(), findStale(), find()])).toEqual([1, 1, 1]);
    expect(cache.peek("a")).toEqual({ key: "a", serial: 1 });
    expect(await find()).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("loads a value again once it is as old as its loader says, or of the future", async () => {
    const { clock, cache, find } = setUp();
    await find();
    clock.now = 99;
    expect(cache.peek("a")).toMatchObject({ serial: 1 });
    clock.now = 100;
    expect(cache.peek("a")).toBeUndefined();
    expect(await find()).toBe(2);
    clock.now = 0;
    expect(await find()).toBe(3);
  });

  test("gives its loader the last value, which may serve on", async () => {
    const { clock, load, find } = setUp();
    await find();
    clock.now = 100;
    load.mockImplementationOnce(async (_, __, last) => ({ value: last as Value, keepMs: 10 }));
    expect(await find()).toBe(1);
    clock.now = 109;
    expect(await find()).toBe(1);
    clock.now = 110;
    expect(await find()).toBe(2);
  });

  test("keeps no failure, nor the value before as if it were new", async () => {
    const { clock, cache, load, find } = setUp();
    await find();
    clock.now = 100;
    load.mockRejectedValueOnce(new Error("down"));
    await expect(find()).rejects.toThrow("down");
    expect(cache.peek("a")).toBeUndefined();
    expect(await find()).toBe(2);
  });

  test("gives a load up that nobody waits for any more, and begins another for who comes then", async () => {
    const { load, holdNext, find } = setUp();
    const held = holdNext();
    const callers = [new AbortController(), new AbortController()];
    const found = Promise.allSettled(callers.map(({ signal }) => find(signal)));
    callers[0]?.abort(new Error("mine"));
    await turn();
    expect(load.mock.calls[0]?.[1].aborted).toBe(false);
    callers[1]?.abort(new Error("mine"));
    expect(await found).toMatchObject([{ reason: { message: "mine" } }, { reason: { message: "mine" } }]);
    expect(load.mock.calls[0]?.[1].aborted).toBe(true);
    expect(await find()).toBe(1);
    held.answer();
    await turn();
    expect(await find()).toBe(1);
  });

  test("does not load for one who has given up already", async () => {
    const { load, find, findStale } = setUp();
    const given = AbortSignal.abort(new Error("early"));
    await expect(find(given)).rejects.toThrow("early");
    await expect(findStale(given)).rejects.toThrow("early");
    expect(load).not.toHaveBeenCalled();
  });

  test("keeps a bounded number of values, the most recently used", async () => {
    const { cache, load } = setUp(2);
    for (const key of ["a", "b", "a", "c", "a", "b"]) await cache.find(key);
    expect(load.mock.calls.map(([key]) => key)).toEqual(["a", "b", "c", "b"]);
  });
});

describe("findStale", () => {
  test("gives an old value at once and renews it in the background, once", async () => {
    const { clock, load, holdNext, findStale } = setUp();
    await findStale();
    clock.now = 100;
    const held = holdNext();
    expect([await findStale(), await findStale()]).toEqual([1, 1]);
    held.answer();
    await turn();
    expect(await findStale()).toBe(2);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test("renews on when whoever joined the renewal gives up", async () => {
    const { clock, load, holdNext, find, findStale } = setUp();
    await findStale();
    clock.now = 100;
    const held = holdNext();
    await findStale();
    const controller = new AbortController();
    const joined = find(controller.signal);
    controller.abort(new Error("mine"));
    await expect(joined).rejects.toThrow("mine");
    expect(load.mock.calls[1]?.[1].aborted).toBe(false);
    held.answer();
    await turn();
    expect(await findStale()).toBe(2);
  });

  test("lets a renewal fail without a word, and the next call has another", async () => {
    const { clock, holdNext, findStale } = setUp();
    await findStale();
    clock.now = 100;
    const held = holdNext();
    await findStale();
    held.fail();
    await turn();
    expect(await findStale()).toBe(1);
    await turn();
    expect(await findStale()).toBe(2);
  });
});

describe("expire", () => {
  test("has a value loaded anew, with the last one at hand for its loader", async () => {
    const { cache, load, find } = setUp();
    await find();
    cache.expire("a");
    expect(cache.peek("a")).toBeUndefined();
    expect(await find()).toBe(2);
    expect(load.mock.calls[1]?.[2]).toEqual({ key: "a", serial: 1 });
  });

  test("does so too while it is being loaded; what that brings is for those who waited for it", async () => {
    const { cache, holdNext, find } = setUp();
    const held = holdNext();
    const before = find();
    await turn();
    cache.expire("a");
    expect(await find()).toBe(1);
    held.answer();
    expect(await before).toBe(2);
    expect(await find()).toBe(1);
  });
});

test("a load that ends late leaves a newer one to be joined", async () => {
  const { cache, load, holdNext, find } = setUp();
  const late = holdNext();
  const before = find();
  cache.expire("a");
  const newer = holdNext();
  const after = find();
  late.answer();
  await before;
  const joined = find();
  newer.answer();
  expect(await joined).toBe(await after);
  expect(load).toHaveBeenCalledTimes(2);
});

describe("delete", () => {
  test("drops a value, unless there is another by now", async () => {
    const { clock, cache, load } = setUp();
    const first = await cache.find("a");
    clock.now = 100;
    const second = await cache.find("a");
    cache.delete("a", first);
    expect(cache.peek("a")).toBe(second);
    cache.delete("a", second);
    await cache.find("a");
    expect(load.mock.calls[2]?.[2]).toBeUndefined();
  });

  test("goes on with the last value when a load takes longer than its patience, and with the new one after", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    atEnd(() => vi.useRealTimers());
    const { clock, cache, find, holdNext } = setUp(10, 1000);
    await find();
    clock.now = 100;
    const { answer } = holdNext();
    const late = find();
    await vi.advanceTimersByTimeAsync(999);
    const later = find();
    await vi.advanceTimersByTimeAsync(1);
    expect(await late).toBe(1);
    expect(cache.peek("a")).toMatchObject({ serial: 1 });
    answer();
    expect(await later).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("waits for a load to its end where there is no last value", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    atEnd(() => vi.useRealTimers());
    const { find, holdNext } = setUp(10, 1000);
    const { answer } = holdNext();
    const found = find();
    await vi.advanceTimersByTimeAsync(60_000);
    answer();
    expect(await found).toBe(1);
  });
});
