import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { isFresh, planLifetime } from "../../runtime/src/token-lifetime.ts";

const MARGIN_MS = 60_000;

function createToken(lifetimeSeconds: number, value = "a"): AccessToken {
  const issuedAt = 1_000_000;
  const expiresAt = issuedAt + lifetimeSeconds * 1000;
  return new AccessToken({ value, tokenType: "Bearer", issuedAt, expiresAt, clientName: "a" });
}

/** Seconds from issue. */
function plan(lifetimeSeconds: number, random: number, marginMs = MARGIN_MS) {
  const token = createToken(lifetimeSeconds);
  const { freshUntil, renewableFrom } = planLifetime(token, marginMs, undefined, random);
  return [(renewableFrom - token.issuedAt) / 1000, (freshUntil - token.issuedAt) / 1000];
}

describe("planLifetime", () => {
  test.each([
    ["a long life: its margin", 3600, MARGIN_MS, 3540],
    ["a short life: a fifth of it", 100, MARGIN_MS, 80],
    ["no margin: to its end", 100, 0, 100],
  ])("keeps fresh until the margin; %s", (_, lifetime, margin, fresh) => {
    expect(plan(lifetime, 0, margin)[1]).toBe(fresh);
  });

  test.each([
    [0, 75],
    [0.5, 87.5],
    [0.999_999, 99.999_975],
  ])(
    "is renewable early from a point in the last quarter before the margin, by chance %d",
    (random, from) => {
      expect(plan(125, random)[0]).toBeCloseTo(from, 6);
    },
  );

  test("keeps a token that the server hands out again to its end, and does not renew it early", () => {
    const previous = planLifetime(createToken(100), MARGIN_MS, undefined, 0);
    const again = createToken(50);
    expect(planLifetime(again, MARGIN_MS, previous, 0)).toEqual({
      token: again,
      freshUntil: again.expiresAt,
      renewableFrom: Number.POSITIVE_INFINITY,
    });
    expect(planLifetime(createToken(50, "b"), MARGIN_MS, previous, 0).renewableFrom).toBeLessThan(
      again.expiresAt,
    );
  });
});

describe("isFresh", () => {
  const held = planLifetime(createToken(100), MARGIN_MS, undefined, 0);
  const { issuedAt } = held.token;

  test.each([
    ["at its issue", 0, true],
    ["just before its margin", 79_999, true],
    ["from its margin on", 80_000, false],
    ["to a clock that was set back a little", -59_999, true],
    ["to a clock that was ahead when it was issued", -60_000, false],
  ])("%s", (_, sinceIssueMs, want) => {
    expect(isFresh(held, issuedAt + sinceIssueMs)).toBe(want);
  });
});
