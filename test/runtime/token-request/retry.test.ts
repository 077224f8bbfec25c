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
  test.each([
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    ["120", 120_000],
    ["0.5", 500],
    ["-1", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ])("reads %j as %s", (field, want) => {
    expect(parseRetryAfterMs(field, now)).toBe(want);
  });
});
