import { beforeEach, describe, expect, test, vi } from "vitest";
import { settle } from "../../support/processes.ts";
import { hang, readStore, request, setUp, share, stopTime, waitMs } from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("callers that give up", () => {
  test("while their process waits for another leave nothing behind, and hinder nobody", async () => {
    const { memory, one, two, asked } = setUp();
    one.get(request);
    await settle();
    const controller = new AbortController();
    const aborted = two.get(request, controller.signal);
    await settle();
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    memory.calls.length = 0;
    await waitMs(900);
    expect(memory.calls).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test("while their process asks end its turn", async () => {
    const { memory, one, two, asked } = setUp();
    const controller = new AbortController();
    const aborted = one.get(request, controller.signal);
    await settle();
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    await settle();
    expect(memory.locks.size).toBe(0);
    two.get(request);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test.each(["get", "lock"])("while the store does a %s have nobody asked", async (slow) => {
    const { memory, one, asked } = setUp();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === slow) await held.promise;
      return work();
    };
    const controller = new AbortController();
    const aborted = one.get(request, controller.signal);
    await settle();
    controller.abort();
    await Promise.allSettled([aborted]);
    held.resolve();
    await settle();
    expect(asked).toHaveLength(0);
    expect(memory.locks.size).toBe(0);
  });
});

describe("close", () => {
  test("waits for what is being written, and listens no more", async () => {
    const { memory, one, asked } = setUp();
    const got = one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "compareAndSet") await held.promise;
      return work();
    };
    asked[0]?.issue("a");
    await got;
    const closed = vi.fn();
    const closing = one.close().then(closed);
    await settle();
    expect(closed).not.toHaveBeenCalled();
    held.resolve();
    await closing;
    expect(readStore(memory)).toMatchObject({ value: "a" });
    expect([memory.locks.size, memory.listeners.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  test("waits until the turn of a renewal that it gives up has ended", async () => {
    const setup = setUp();
    const { memory, one, clock } = setup;
    await share("a", setup);
    clock.now += 60_000;
    one.peek(request);
    await settle();
    expect(memory.locks.size).toBe(1);
    memory.interfere = async (_method, _key, work) => {
      await new Promise(setImmediate);
      return work();
    };
    await one.close();
    expect(memory.locks.size).toBe(0);
  });

  test("ends though others go on putting tokens there, and though the store goes on telling of it", async () => {
    const setup = setUp();
    const { memory, one } = setup;
    await share("a", setup);
    const listeners = [...memory.listeners];
    let gets = 0;
    memory.interfere = async (method, _key, work) => {
      const isEndless = method === "get" && gets++ < 1000;
      if (isEndless) for (const listener of listeners) listener(request.key);
      await new Promise(setImmediate);
      return work();
    };
    memory.announce(request.key);
    await settle();
    await one.close();
    expect(gets).toBeLessThan(1000);
  });

  test("ends in time though the store hangs", async () => {
    const { memory, one, asked } = setUp();
    const got = one.get(request);
    await settle();
    memory.interfere = hang;
    asked[0]?.issue("a");
    await got;
    const closed = vi.fn();
    one.close().then(closed);
    await waitMs(500);
    expect(closed).toHaveBeenCalled();
  });
});
