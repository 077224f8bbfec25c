import { describe, expect, test } from "vitest";
import { Deadline } from "../../runtime/src/deadline.ts";

/** Sets a deadline; resolves to how many ms it took to expire. */
function expire(timeoutMs: number): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => new Deadline(() => resolve(performance.now() - started)).set(timeoutMs));
}

describe("Deadline", () => {
  test.each([20, 1000])("of %i ms expires then, not before", async (timeoutMs) => {
    // Node's own timers may be a millisecond early.
    expect(await expire(timeoutMs)).toBeGreaterThanOrEqual(timeoutMs - 1);
  });

  test("expires though others were set and cleared before and after it", async () => {
    const expired: string[] = [];
    const [first, kept, last] = ["first", "kept", "last"].map(
      (name) => new Deadline(() => expired.push(name)),
    );
    for (const deadline of [first, kept, last]) deadline?.set(1000);
    first?.clear();
    last?.clear();
    await expire(1100);
    expect(expired).toEqual(["kept"]);
    kept?.clear();
  });

  test("clears another of the same moment when it expires", async () => {
    const expired: string[] = [];
    const pair: Deadline[] = ["a", "b"].map(
      (name, index, { length }) =>
        new Deadline(() => {
          expired.push(name);
          pair[(index + 1) % length]?.clear();
        }),
    );
    for (const deadline of pair) deadline.set(20);
    await expire(40);
    expect(expired).toHaveLength(1);
  });

  test("may be cleared without having been set, and set again after", async () => {
    let expired = 0;
    const deadline = new Deadline(() => expired++);
    deadline.clear();
    deadline.set(1000);
    deadline.clear();
    deadline.clear();
    deadline.set(20);
    await expire(40);
    expect(expired).toBe(1);
  });
});
