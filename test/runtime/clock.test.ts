import { describe, expect, test, vi } from "vitest";
import { createClock } from "../../runtime/src/clock.ts";
import { atEnd } from "../support/disposal.ts";

describe("createClock", () => {
  test("tells what Date.now does, which it reads once a millisecond", () => {
    vi.useFakeTimers({ now: 1_000_000, toFake: ["Date", "performance"] });
    atEnd(() => vi.useRealTimers());
    const now = createClock();
    expect(now()).toBe(1_000_000);
    vi.advanceTimersByTime(1);
    expect(now()).toBe(1_000_001);
    vi.setSystemTime(5_000_000);
    expect(now()).toBe(1_000_001);
    vi.advanceTimersByTime(1);
    expect(now()).toBe(5_000_001);
  });
});
