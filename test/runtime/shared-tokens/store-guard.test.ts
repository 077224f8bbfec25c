import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  StoreGuard,
  StoreUnavailableError,
  tolerate,
} from "../../../runtime/src/shared-tokens/store-guard.ts";
import { recordEvents } from "../../support/recorded-events.ts";

/** A guard, its clock, and ways to have the store do well and badly. */
function setUp() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const clock = { now: 1_000_000 };
  const guard = new StoreGuard(() => clock.now);
  let tried = 0;
  const run = <T>(work: () => Promise<T>, onLate?: (late: T) => unknown) =>
    guard.run({
      operation: "get",
      timeoutMs: 250,
      work: () => {
        tried++;
        return work();
      },
      ...(onLate && { onLate }),
    });
  const succeed = () => run(async () => "value");
  const fail = () => tolerate(run(() => Promise.reject(new Error("down"))));
  return {
    clock,
    guard,
    run,
    succeed,
    fail,
    async failTimes(times: number) {
      for (let time = 0; time < times; time++) await fail();
    },
    /** Whether the store is tried after so many ms. */
    async isTriedAfter(ms: number) {
      clock.now += ms;
      const before = tried;
      await fail();
      return tried > before;
    },
    tried: () => tried,
  };
}

const hang = () => new Promise<never>(() => {});

describe("StoreGuard", () => {
  test("gives what the store gives, and leaves no timer behind", async () => {
    const { succeed } = setUp();
    expect(await succeed()).toBe("value");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives up after the time that an operation may take", async () => {
    const { run } = setUp();
    const failed = vi.fn();
    run(hang).catch(failed);
    await vi.advanceTimersByTimeAsync(249);
    expect(failed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await new Promise(setImmediate);
    expect(failed).toHaveBeenCalledWith(expect.any(StoreUnavailableError));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives up in time though nothing else happens in the process", async () => {
    const guard = pathToFileURL("runtime/src/shared-tokens/store-guard.ts").href;
    const code = `import { StoreGuard } from "${guard}";
      const hold = setTimeout(() => {}, 3000);
      const work = () => new Promise(() => {});
      const start = performance.now();
      const giveUp = () => clearTimeout(hold) ?? console.log(performance.now() - start);
      new StoreGuard(Date.now).run({ operation: "get", timeoutMs: 20, work }).catch(giveUp);`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    expect(Number(stdout)).toBeGreaterThan(19);
    expect(Number(stdout)).toBeLessThan(2000);
  });

  test("takes what came in time while the process was busy, as no late one", async () => {
    const late = vi.fn();
    const guard = new StoreGuard(() => 0);
    const work = () => new Promise<Buffer>((resolve) => randomBytes(8, (_error, bytes) => resolve(bytes)));
    const got = guard.run({ operation: "get", timeoutMs: 20, work, onLate: late });
    const isBusyUntil = performance.now() + 100;
    while (performance.now() < isBusyUntil);
    expect(await got).toHaveLength(8);
    await new Promise(setImmediate);
    expect(late).not.toHaveBeenCalled();
  });

  test.each<[string, () => never]>([
    ["rejects", (() => Promise.reject(new Error("down"))) as () => never],
    [
      "throws what can't be looked at",
      () => {
        throw new Proxy({}, { get: () => expect.unreachable() });
      },
    ],
    [
      "throws at once",
      () => {
        throw new Error("down");
      },
    ],
    [
      "throws no error",
      () => {
        throw undefined;
      },
    ],
  ])("makes one error of a store that %s", async (_how, work) => {
    recordEvents("openapi-m2m.store.failure");
    const { run } = setUp();
    await expect(run(work)).rejects.toThrow(StoreUnavailableError);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("hands over what comes too late, and heeds neither that it failed nor that it could not be handed over", async () => {
    const { run } = setUp();
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const late: string[] = [];
    const comeLate = (settle: () => string) => () =>
      new Promise<void>((resolve) => setTimeout(resolve, 300)).then(settle);
    const given = [
      run(
        comeLate(() => "lock"),
        (got) => late.push(got),
      ),
      run(
        comeLate(() => "lock"),
        (got) => Promise.reject(new Error(got)),
      ),
      run(
        comeLate(() => "lock"),
        (got) => (got as unknown as () => void)(),
      ),
      run(
        comeLate(() => {
          throw new Error("down");
        }),
        (got) => late.push(got),
      ),
    ];
    const settled = Promise.allSettled(given);
    await vi.advanceTimersByTimeAsync(300);
    expect((await settled).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
    await new Promise(setImmediate);
    expect(late).toEqual(["lock"]);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("tries on after two failures in a row, and after any number that are not in a row", async () => {
    const { failTimes, succeed, isTriedAfter } = setUp();
    await failTimes(2);
    await succeed();
    await failTimes(2);
    expect(await isTriedAfter(0)).toBe(true);
  });

  test("tries nothing for a second after three failures in a row", async () => {
    const { failTimes, isTriedAfter } = setUp();
    await failTimes(3);
    expect(await isTriedAfter(0)).toBe(false);
    expect(await isTriedAfter(999)).toBe(false);
    expect(await isTriedAfter(1)).toBe(true);
  });

  test("doubles the pause each time that it is no better, up to a minute", async () => {
    const { failTimes, isTriedAfter } = setUp();
    await failTimes(3);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await isTriedAfter(seconds * 1000 - 1)).toBe(false);
      expect(await isTriedAfter(1)).toBe(true);
    }
  });

  test("has one try whether the store is back, while the others do without", async () => {
    const { clock, failTimes, run, tried } = setUp();
    await failTimes(3);
    clock.now += 1000;
    const { promise, resolve } = Promise.withResolvers<string>();
    const trial = run(() => promise);
    await expect(run(hang)).rejects.toThrow(StoreUnavailableError);
    expect(tried()).toBe(4);
    resolve("back");
    expect(await trial).toBe("back");
  });

  test("begins anew once the store is back", async () => {
    const { clock, failTimes, succeed, isTriedAfter } = setUp();
    await failTimes(3);
    clock.now += 1000;
    await succeed();
    await failTimes(3);
    expect(await isTriedAfter(999)).toBe(false);
    expect(await isTriedAfter(1)).toBe(true);
  });

  test("pauses once for failures that were under way together", async () => {
    const { run, isTriedAfter } = setUp();
    const down = Promise.withResolvers<never>();
    const together = Array.from({ length: 20 }, () => tolerate(run(() => down.promise)));
    down.reject(new Error("down"));
    await Promise.all(together);
    expect(await isTriedAfter(999)).toBe(false);
    expect(await isTriedAfter(1)).toBe(true);
  });

  test("makes no pause longer when the clock is set back", async () => {
    const { failTimes, isTriedAfter } = setUp();
    await failTimes(3);
    expect(await isTriedAfter(-3_600_000)).toBe(true);
  });

  test("publishes an operation that failed with its code, once, and never what it said; and nothing while it pauses", async () => {
    const events = recordEvents("openapi-m2m.store.failure");
    const { run } = setUp();
    const failures = [
      Object.assign(new Error("planted"), { code: "ECONNRESET" }),
      new TypeError("planted"),
      "planted",
    ];
    for (const failure of failures) await tolerate(run(() => Promise.reject(failure)));
    await tolerate(run(hang));
    expect(events).toEqual(
      ["ECONNRESET", "TypeError", "unknown reason"].map((code) => ({ operation: "get", code })),
    );
  });

  test("publishes that the store did not answer in time", async () => {
    const events = recordEvents("openapi-m2m.store.failure");
    const { run } = setUp();
    const done = tolerate(run(hang));
    await vi.advanceTimersByTimeAsync(250);
    await done;
    expect(events).toEqual([{ operation: "get", code: "ERR_STORE_TIMEOUT" }]);
  });

  test("attempts what must be tried in a pause, too, and does not count it", async () => {
    const { guard, failTimes, isTriedAfter } = setUp();
    await failTimes(3);
    const attempt = (work: () => Promise<string>) =>
      guard.attempt({ operation: "onChange", timeoutMs: 250, work });
    expect(await attempt(async () => "done")).toBe("done");
    await expect(attempt(() => Promise.reject(new Error("down")))).rejects.toThrow(StoreUnavailableError);
    expect(await isTriedAfter(999)).toBe(false);
    expect(await isTriedAfter(1)).toBe(true);
  });
});

describe("tolerate", () => {
  test("passes on what is not the store's failure", async () => {
    await expect(tolerate(Promise.reject(new RangeError()))).rejects.toThrow(RangeError);
    await tolerate(Promise.reject(new StoreUnavailableError()));
  });
});
