import { describe, expect, test } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import { TokenError, type TokenErrorCode } from "../../../runtime/src/errors.ts";
import { assertNotPaused, planPause } from "../../../runtime/src/shared-tokens/pause.ts";

const NOW = 1_000_000;
const token = new AccessToken({
  value: "token",
  tokenType: "Bearer",
  clientName: "a",
  issuedAt: NOW - 1000,
  expiresAt: NOW + 1000,
});
const stored = { token, failures: 0, pausedUntil: 0 };
const fail = (code: TokenErrorCode, retryAfterMs?: number) =>
  new TokenError(code, "failed", { client: "a", retryAfterMs });

describe("planPause", () => {
  test.each<TokenErrorCode>([
    "ERR_TOKEN_ENDPOINT_UNREACHABLE",
    "ERR_TOKEN_ENDPOINT_TIMEOUT",
    "ERR_TOKEN_ENDPOINT_FAILED",
  ])("keeps all processes from asking for a second after %s", (code) => {
    expect(planPause(stored, fail(code), NOW)).toEqual({ token, failures: 1, pausedUntil: NOW + 1000 });
  });

  test.each([
    fail("ERR_TOKEN_ENDPOINT_REJECTED"),
    fail("ERR_CLIENT_ASSERTION_FAILED"),
    fail("ERR_TOKEN_RESPONSE_INVALID"),
    fail("ERR_TOKEN_TYPE_MISMATCH"),
    new TypeError(),
    new DOMException("aborted", "AbortError"),
    undefined,
  ])("lets others try what may be this process's own trouble: %s", (error) => {
    expect(planPause(stored, error, NOW)).toBeUndefined();
  });

  test("doubles with each failure of the same token, up to a minute", () => {
    const pauses: number[] = [];
    let current = stored;
    for (let failures = 0; failures < 8; failures++) {
      current = planPause(current, fail("ERR_TOKEN_ENDPOINT_FAILED"), NOW) ?? stored;
      pauses.push((current.pausedUntil - NOW) / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test("is longer where the server said so, and not shorter", () => {
    const pauseOf = (retryAfterMs: number) =>
      (planPause(stored, fail("ERR_TOKEN_ENDPOINT_FAILED", retryAfterMs), NOW)?.pausedUntil ?? 0) - NOW;
    expect([pauseOf(90_000), pauseOf(10)]).toEqual([90_000, 1000]);
  });
});

describe("assertNotPaused", () => {
  test("says for how long nobody asks, until the pause is over", () => {
    const paused = { token, failures: 1, pausedUntil: NOW + 1500 };
    expect(() => assertNotPaused(paused, NOW)).toThrow(
      expect.objectContaining({ code: "ERR_TOKEN_ENDPOINT_FAILED", client: "a", retryAfterMs: 1500 }),
    );
    expect(() => assertNotPaused(paused, NOW + 1500)).not.toThrow();
  });
});
