import { describe, expect, test, vi } from "vitest";
import { atEnd } from "../support/disposal.ts";

const useFakeTimers = () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

/** Deadlines by a clock that the test moves, of a module of their own: one of its timers outlives each test. */
async function setUp() {
  vi.resetModules();
  useFakeTimers();
  atEnd(() => vi.useRealTimers());
  const { Deadline } = await import("../../runtime/src/deadline.ts");
  const expired: string[] = [];
  const create = (name: string) => new Deadline(() => void expired.push(name));
  return { create, expired, pass: (ms: number) => void vi.advanceTimersByTime(ms), Deadline };
}

describe("Deadline", () => {
  test.each([
    [1, 1],
    [20, 20],
    [999, 999],
    // Long ones share a timer that looks after them every 50 ms.
    [1000, 1050],
    [30_000, 30_050],
  ])("of %i ms expires not before, and after %i ms at the latest", async (timeoutMs, latestMs) => {
    const { create, expired, pass } = await setUp();
    create("only").set(timeoutMs);
    pass(timeoutMs - 1);
    expect(expired).toEqual([]);
    pass(latestMs - timeoutMs + 1);
    expect(expired).toEqual(["only"]);
  });

  test("expires though others were set and cleared before and after it", async () => {
    const { create, expired, pass } = await setUp();
    const [first, kept, last] = [create("first"), create("kept"), create("last")];
    for (const deadline of [first, kept, last]) deadline.set(1000);
    first.clear();
    last.clear();
    pass(1100);
    expect(expired).toEqual(["kept"]);
    kept.clear();
  });

  test("expires though none was left for a while before it", async () => {
    const { create, expired, pass } = await setUp();
    create("first").set(1000);
    pass(10_000);
    create("second").set(1000);
    pass(999);
    expect(expired).toEqual(["first"]);
    pass(51);
    expect(expired).toEqual(["first", "second"]);
  });

  test.each([20, 1000])("clears another of the same moment when it expires: %d ms", async (timeoutMs) => {
    const { Deadline, expired, pass } = await setUp();
    const pair = ["a", "b"].map((name, index, { length }) => {
      return new Deadline(() => {
        expired.push(name);
        pair[(index + 1) % length]?.clear();
      });
    });
    for (const deadline of pair) deadline.set(timeoutMs);
    pass(timeoutMs + 100);
    expect(expired).toHaveLength(1);
  });

  test.each(["alone", "beside another"])("expires by the timers of its time, %s", async (how) => {
    const { create, expired, pass } = await setUp();
    const before = create("before");
    before.set(1000);
    if (how === "alone") before.clear();
    vi.useRealTimers();
    useFakeTimers();
    create("after").set(1000);
    pass(1050);
    expect(expired).toContain("after");
  });

  test("may be cleared without having been set, and set again after", async () => {
    const { create, expired, pass } = await setUp();
    const deadline = create("again");
    deadline.clear();
    deadline.set(1000);
    deadline.clear();
    deadline.clear();
    deadline.set(20);
    pass(5000);
    expect(expired).toEqual(["again"]);
  });
});
