import { describe, expect, test } from "vitest";
import { BackgroundWork } from "../../../runtime/src/shared-tokens/background-work.ts";
import { StoreUnavailableError } from "../../../runtime/src/shared-tokens/store-guard.ts";

describe("BackgroundWork", () => {
  test("ends with what began meanwhile", async () => {
    const background = new BackgroundWork();
    const done: string[] = [];
    background.start(async () => {
      await new Promise(setImmediate);
      background.start(async () => {
        await new Promise(setImmediate);
        done.push("second");
      });
      done.push("first");
    });
    await background.end();
    expect(done).toEqual(["first", "second"]);
  });

  test("ends though the store failed", async () => {
    const background = new BackgroundWork();
    background.start(() => Promise.reject(new StoreUnavailableError()));
    await background.end();
  });
});
