import { describe, expect, test } from "vitest";
import { RepeatableWork } from "../../../runtime/src/shared-tokens/repeatable-work.ts";

/** Work that is under way until the test ends it. */
function setUp() {
  const begun: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  };
  return { begun, work, repeatable: new RepeatableWork() };
}

const settle = () => new Promise(setImmediate);

describe("RepeatableWork", () => {
  test("does once more what it was asked for while it was under way, however often", async () => {
    const { begun, work, repeatable } = setUp();
    const first = repeatable.run("a", work);
    for (let times = 0; times < 100; times++) await repeatable.run("a", work);
    expect(begun).toHaveLength(1);
    begun[0]?.resolve();
    await settle();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve();
    await first;
    expect(begun).toHaveLength(2);
  });

  test("does it anew once it is done, and after it failed", async () => {
    const { begun, work, repeatable } = setUp();
    const failing = repeatable.run("a", work);
    begun[0]?.reject(new Error("down"));
    await expect(failing).rejects.toThrow("down");
    for (const times of [2, 3]) {
      const next = repeatable.run("a", work);
      expect(begun).toHaveLength(times);
      begun[times - 1]?.resolve();
      await next;
    }
  });

  test("does that of another key at the same time", () => {
    const { begun, work, repeatable } = setUp();
    repeatable.run("a", work);
    repeatable.run("b", work);
    expect(begun).toHaveLength(2);
  });
});
