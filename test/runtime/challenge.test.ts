import { describe, expect, test } from "vitest";
import { findMissingScope, parseChallenges, rejectsToken } from "../../runtime/src/challenge.ts";

describe("parseChallenges", () => {
  test.each<[string, string | string[] | undefined, [string, object][]]>([
    ["no field", undefined, []],
    ["an empty field", "", []],
    ["a bare scheme", "Bearer", [["bearer", {}]]],
    ["a parameter", 'Bearer realm="a b"', [["bearer", { realm: "a b" }]]],
    [
      "several",
      'Bearer error="insufficient_scope", scope="a b",error_description="x, y=z"',
      [["bearer", { error: "insufficient_scope", scope: "a b", error_description: "x, y=z" }]],
    ],
    ["names and schemes in any case", "DPOP ALGS=ES256", [["dpop", { algs: "ES256" }]]],
    ["white space around =", 'Bearer error = "invalid_token"', [["bearer", { error: "invalid_token" }]]],
    ["escaped characters", String.raw`Bearer realm="a\"b\\c"`, [["bearer", { realm: String.raw`a"b\c` }]]],
    [
      "values without quotation marks",
      "Bearer realm=https://a/b?c=d, error=x",
      [["bearer", { realm: "https://a/b?c=d", error: "x" }]],
    ],
    [
      "several challenges",
      'Basic realm="x", Bearer error="invalid_token", DPoP algs="ES256 PS256"',
      [
        ["basic", { realm: "x" }],
        ["bearer", { error: "invalid_token" }],
        ["dpop", { algs: "ES256 PS256" }],
      ],
    ],
    [
      "bare schemes in a row",
      "Negotiate, Bearer, Basic realm=x",
      [
        ["negotiate", {}],
        ["bearer", {}],
        ["basic", { realm: "x" }],
      ],
    ],
    [
      "a token68",
      "Negotiate YWJj==, Bearer error=x",
      [
        ["negotiate", {}],
        ["bearer", { error: "x" }],
      ],
    ],
    [
      "several fields",
      ["Basic", "Bearer error=x"],
      [
        ["basic", {}],
        ["bearer", { error: "x" }],
      ],
    ],
    ["empty list elements", ', Bearer error="x", , scope="y",', [["bearer", { error: "x", scope: "y" }]]],
    ["the first of a repeated parameter", "Bearer error=a, error=b", [["bearer", { error: "a" }]]],
    [
      "names of Object.prototype",
      "Bearer __proto__=a, constructor=b",
      [["bearer", { ["__proto__"]: "a", constructor: "b" }]],
    ],
    ["as much as is well-formed", 'Bearer error="x", scope="unfinished', [["bearer", { error: "x" }]]],
  ])("reads %s", (_, field, want) => {
    const got = parseChallenges(field).map(({ scheme, parameters }) => [scheme, Object.entries(parameters)]);
    expect(got).toEqual(want.map(([scheme, parameters]) => [scheme, Object.entries(parameters)]));
  });

  test("takes time in proportion to a hostile field", () => {
    const started = performance.now();
    for (const part of [" ,", 'a="', "\\", "=", "a="]) parseChallenges(`Bearer ${part.repeat(50_000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("rejectsToken", () => {
  test.each([
    [undefined, true],
    ["Bearer", true],
    ['Bearer error="invalid_token"', true],
    ['Bearer error="insufficient_scope", scope="a"', false],
    ['DPoP error="insufficient_user_authentication", acr_values="x"', false],
    ['Bearer realm="", error="insufficient_claims", claims="e30="', false],
  ])("of %s is %s", (field, want) => {
    expect(rejectsToken(field)).toBe(want);
  });
});

describe("findMissingScope", () => {
  test.each([
    ['Bearer error="insufficient_scope", scope="catalog:write a"', "catalog:write a"],
    ['Negotiate, DPoP error="insufficient_scope", scope="a"', "a"],
    ['Bearer error="insufficient_scope"', undefined],
    ['Bearer error="invalid_token", scope="a"', undefined],
    ['Bearer error="insufficient_scope", scope="a\u001b[31m"', undefined],
    [`Bearer error="insufficient_scope", scope="${"a".repeat(501)}"`, undefined],
  ])("of %s is %s", (field, want) => {
    expect(findMissingScope(parseChallenges(field))).toBe(want);
  });
});
