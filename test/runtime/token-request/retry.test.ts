import { describe, expect, test } from "vitest";
import { chooseDelayMs, parseRetryAfterMs } from "../../../runtime/src/token-request/retry.ts";

describe("chooseDelayMs", () => {
  test.each([
    [0, undefined, 0, 100],
    [0, undefined, 1, 200],
    [1, undefined, 1, 400],
    [3, undefined, 0.5, 1200],
    [30, undefined, 1, 5000],
    [0, 3000, 0, 3000],
    [4, 10, 1, 3200],
  ])("after attempt %i with Retry-After %s and chance %d is %i ms", (attempt, retryAfterMs, random, want) => {
    expect(chooseDelayMs(attempt, retryAfterMs, random)).toBe(want);
  });
});

describe("parseRetryAfterMs", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const parse = (fields: Record<string, string>) => parseRetryAfterMs(new Headers(fields), now);

  test.each([
    ["", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    ["120", 120_000],
    ["0.5", 500],
    ["-1", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ])("reads %j as %s", (field, want) => {
    expect(parse({ "retry-after": field })).toBe(want);
  });

  test("is undefined where there is no such field", () => {
    expect(parse({ date: "Thu, 01 Jan 2026 00:00:00 GMT" })).toBeUndefined();
  });

  test.each(["3601", "1e300", "Thu, 01 Jan 2099 00:00:00 GMT"])(
    "heeds an hour at most, so that no server stops its clients for good: %s",
    (field) => {
      expect(parse({ "retry-after": field })).toBe(3_600_000);
    },
  );

  test.each<[string, Record<string, string>, number]>([
    ["the answer's own", { date: "Thu, 01 Jan 2026 00:30:00 GMT" }, 30_000],
    [
      "ours, where the answer's is of a cache",
      { date: "Thu, 01 Jan 2026 00:30:00 GMT", age: "9" },
      1_830_000,
    ],
    ["ours, where the answer's can't be read", { date: "today" }, 1_830_000],
  ])("reckons a date from %s", (_, fields, want) => {
    expect(parse({ "retry-after": "Thu, 01 Jan 2026 00:30:30 GMT", ...fields })).toBe(want);
  });

  test("reckons seconds from now, whatever the answer's date", () => {
    expect(parse({ "retry-after": "5", date: "Thu, 01 Jan 2099 00:00:00 GMT" })).toBe(5000);
  });
});
