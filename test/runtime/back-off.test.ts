import { expect, test } from "vitest";
import { chooseBackOffMs } from "../../runtime/src/back-off.ts";

test.each([
  [1, 1],
  [2, 2],
  [3, 4],
  [6, 32],
  [7, 60],
  [10_000, 60],
])("chooseBackOffMs after %i failures is %i s", (failures, seconds) => {
  expect(chooseBackOffMs(failures)).toBe(seconds * 1000);
});
