import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Changes } from "../../../runtime/src/shared-tokens/changes.ts";

function setUp() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const controller = new AbortController();
  return { changes: new Changes(), controller, signal: controller.signal };
}

describe("Changes", () => {
  test("ends the wait of all who wait for the key, and of nobody else", async () => {
    const { changes, signal } = setUp();
    const together = [changes.next("a", 1000, signal), changes.next("a", 1000, signal)];
    const other = vi.fn();
    changes.next("b", 1000, signal).then(other);
    expect(changes.wake("a")).toBe(true);
    await Promise.all(together);
    await new Promise(setImmediate);
    expect(other).not.toHaveBeenCalled();
  });

  test("ends a wait when its time is over", async () => {
    const { changes, signal } = setUp();
    const ended = vi.fn();
    changes.next("a", 1000, signal).then(ended);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
  });

  test("rejects with the signal's reason, be it aborted before or meanwhile", async () => {
    const { changes, controller, signal } = setUp();
    const waiting = changes.next("a", 1000, signal);
    controller.abort(new Error("mine"));
    await expect(waiting).rejects.toThrow("mine");
    await expect(changes.next("a", 1000, signal)).rejects.toThrow("mine");
  });

  test("says that nobody waited", async () => {
    const { changes, signal } = setUp();
    expect(changes.wake("a")).toBe(false);
    const waiting = changes.next("a", 1000, signal);
    changes.wake("a");
    await waiting;
    expect(changes.wake("a")).toBe(false);
  });

  test.each(["__proto__", "constructor", undefined, 5])("knows of nobody who waits for %s", (key) => {
    expect(new Changes().wake(key as string)).toBe(false);
  });

  test("leaves neither timers nor listeners behind, however a wait ends", async () => {
    const { changes, controller, signal } = setUp();
    for (const _ of Array(100)) {
      const waiting = changes.next("a", 1000, signal);
      changes.wake("a");
      await waiting;
    }
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    const timed = changes.next("a", 10, signal);
    await vi.advanceTimersByTimeAsync(10);
    await timed;
    const aborted = changes.next("a", 1000, signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(changes.wake("a")).toBe(false);
  });

  test("keeps those who began to wait while others were told", async () => {
    const { changes, signal } = setUp();
    const first = changes.next("a", 1000, signal);
    changes.wake("a");
    const second = changes.next("a", 1000, signal);
    await first;
    expect(changes.wake("a")).toBe(true);
    await second;
  });
});
