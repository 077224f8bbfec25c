import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { abortable, limitTime } from "../../runtime/src/waiting.ts";

const hang = (signal: AbortSignal) => abortable(new Promise<string>(() => {}), signal);
const buildReason = () => new Error("too late");

describe("abortable", () => {
  test("settles as the promise does", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve("done"), signal)).toBe("done");
    await expect(abortable(Promise.reject(new Error("down")), signal)).rejects.toThrow("down");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each(["before", "after"])("makes no unhandled rejection of a failure %s the abort", async (when) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const controller = new AbortController();
    if (when === "after") controller.abort(new Error("mine"));
    const aborted = abortable(promise, controller.signal);
    if (when === "before") controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    reject(new Error("down"));
    await turn(); // Vitest fails the run for one.
  });
});

describe("limitTime", () => {
  test("gives what the work gives, and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    const limit = { signal, timeoutMs: 1000, buildReason };
    expect(await limitTime(limit, async () => "done")).toBe("done");
    await expect(limitTime(limit, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("aborts the work with the given reason when its time is over", async () => {
    const { signal } = new AbortController();
    await expect(limitTime({ signal, timeoutMs: 1, buildReason }, hang)).rejects.toThrow("too late");
  });

  test("aborts the work with the signal's reason", async () => {
    const controller = new AbortController();
    const work = limitTime({ signal: controller.signal, timeoutMs: 1000, buildReason }, hang);
    controller.abort(new Error("stop"));
    await expect(work).rejects.toThrow("stop");
  });

  test("begins nothing when the signal is aborted already", async () => {
    const limit = { signal: AbortSignal.abort(new Error("stop")), timeoutMs: 1000, buildReason };
    const work = () => Promise.reject(new Error("began"));
    await expect(limitTime(limit, work)).rejects.toThrow("stop");
  });
});

describe("holdProcess", () => {
  test.each([
    ["holds the process open for whoever waits", "holdProcess(flight.join())", "landed\n"],
    ["is what does: to wait for a flight does not", "flight.join()", ""],
  ])("%s", async (_, wait, printed) => {
    const [flight, waiting] = ["flight", "waiting"].map((name) =>
      JSON.stringify(new URL(`../../runtime/src/${name}.ts`, import.meta.url)),
    );
    const program = `
      const { Flight } = await import(${flight});
      const { holdProcess } = await import(${waiting});
      const work = () => new Promise((resolve) => setTimeout(resolve, 100).unref());
      const flight = new Flight(work, () => {}).start();
      flight.outcome.then(() => console.log("landed"));
      ${wait};
    `;
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      program,
    ]);
    expect(stdout).toBe(printed);
  });
});
