import { describe, expect, test } from "vitest";
import {
  durationText,
  localText,
  readNumericDate,
  relativeText,
} from "../../../generator/src/cli/time-text.ts";

describe("durationText", () => {
  test.each([
    [0, "0 s"],
    [0.4, "0 s"],
    [59.6, "1 min"],
    [90, "1 min 30 s"],
    [3600, "1 h"],
    [3605, "1 h"],
    [86_400 * 3 + 7200, "3 d 2 h"],
    [-90, "-1 min 30 s"],
  ])("says %d seconds in the largest unit and the next", (seconds, want) => {
    expect(durationText(seconds)).toBe(want);
  });
});

describe("relativeText", () => {
  test.each([
    [1_000_000, "now"],
    [1_060_000, "in 1 min"],
    [940_000, "1 min ago"],
  ])("says when %d is", (at, want) => {
    expect(relativeText(at, 1_000_000)).toBe(want);
  });
});

describe("localText", () => {
  test("is what the wall clock shows, with its offset, and means the same instant", () => {
    const at = Date.UTC(2026, 10, 23, 12, 32, 31);
    const text = localText(at);
    expect(text).toMatch(/^2026-11-2\d \d\d:\d\d:31 [+-]\d\d:\d\d$/);
    expect(Date.parse(text.replace(" ", "T").replace(" ", ""))).toBe(at);
  });
});

describe("readNumericDate", () => {
  test.each([
    [1_763_904_751, 1_763_904_751_000],
    [1.5, 1500],
    [-1, undefined],
    [1e300, undefined],
    [Number.NaN, undefined],
    ["1763904751", undefined],
    [null, undefined],
  ])("reads %j as an instant only if a calendar has it", (value, want) => {
    expect(readNumericDate(value)).toBe(want);
  });
});
