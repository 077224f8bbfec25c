import { describe, expect, test } from "vitest";
import { judgeLifetime } from "../../../../generator/src/cli/check/judge-lifetime.ts";
import type { Claims } from "../../../../generator/src/cli/describe-token.ts";

const NOW = 1_000_000_000;
const SECONDS = NOW / 1000;

function codesOf(lifetimeSeconds: number, claims?: Claims): string[] {
  const token = {
    tokenType: "Bearer",
    format: "jwt" as const,
    issuedAt: NOW,
    expiresAt: NOW + lifetimeSeconds * 1000,
    ...(claims !== undefined && { claims }),
  };
  return judgeLifetime(token, NOW).map(({ code, severity }) => `${severity} ${code}`);
}

describe("judgeLifetime", () => {
  test.each([
    [0, ["error LIFETIME_OVER"]],
    [-5, ["error LIFETIME_OVER"]],
    [59, ["warning LIFETIME_SHORT"]],
    [60, []],
    [3600, []],
    [86_400, []],
    [86_401, ["warning LIFETIME_LONG"]],
  ])("judges a life of %d seconds", (seconds, want) => {
    expect(codesOf(seconds)).toEqual(want);
  });

  test.each<[string, Claims, string[]]>([
    [
      "it says itself that it is over before",
      { exp: SECONDS + 300, iat: SECONDS },
      ["error LIFETIME_DIFFERS"],
    ],
    ["it says so without iat", { exp: SECONDS + 300 }, ["error LIFETIME_DIFFERS"]],
    ["it lives a little shorter", { exp: SECONDS + 590, iat: SECONDS }, []],
    ["it lives longer", { exp: SECONDS + 900, iat: SECONDS }, []],
    ["the server has handed it out before", { exp: SECONDS + 600, iat: SECONDS - 3000 }, []],
    ["clocks are far apart, and both agree on its length", { exp: SECONDS - 400, iat: SECONDS - 1000 }, []],
    ["it is from the future", { exp: SECONDS + 900, iat: SECONDS + 300 }, ["error NOT_YET_VALID"]],
    ["it is not valid before later", { exp: SECONDS + 900, nbf: SECONDS + 300 }, ["error NOT_YET_VALID"]],
    ["its claims are no instants", { exp: "soon", iat: Number.NaN, nbf: {} }, []],
  ])("judges a token of ten minutes where %s", (_, claims, want) => {
    expect(codesOf(600, claims)).toEqual(want);
  });
});
