import { describe, expect, test } from "vitest";
import { Stopwatch } from "../../../runtime/src/token-request/stopwatch.ts";

function setUp() {
  const clock = { now: 100 };
  const stopwatch = new Stopwatch(() => clock.now);
  /** Work that takes as long, and fails if it is told to. */
  const work = (ms: number, error?: Error) => async () => {
    clock.now += ms;
    if (error !== undefined) throw error;
    return ms;
  };
  return { clock, stopwatch, work };
}

describe("Stopwatch", () => {
  test("adds up how long each piece of work takes, and not what is between them", async () => {
    const { clock, stopwatch, work } = setUp();
    expect(await stopwatch.measure(work(20))).toBe(20);
    clock.now += 1000;
    await expect(stopwatch.measure(work(3, new Error("broken")))).rejects.toThrow("broken");
    expect([stopwatch.elapsedMs, stopwatch.isRunning]).toEqual([23, false]);
  });

  test("counts work that has not ended", async () => {
    const { clock, stopwatch, work } = setUp();
    await stopwatch.measure(work(20));
    stopwatch.measure(() => new Promise(() => {}));
    clock.now += 5;
    expect([stopwatch.elapsedMs, stopwatch.isRunning]).toEqual([25, true]);
  });
});
