import { describe, expect, test } from "vitest";
import { judgeAudience } from "../../../../generator/src/cli/check/judge-audience.ts";
import type { TokenClientMapping } from "../../../../generator/src/model.ts";

const life = { tokenType: "Bearer", issuedAt: 0, expiresAt: 1 };
const jwtFor = (...audience: string[]) => ({ ...life, format: "jwt" as const, audience });

describe("judgeAudience", () => {
  test.each<[string, string[], TokenClientMapping]>([
    ["the one that is configured", ["urn:a"], { resource: "urn:a" }],
    ["others besides", ["urn:a", "account"], { resource: "urn:a" }],
    [
      "both resources, and the audience",
      ["urn:a", "urn:b", "c"],
      { resource: ["urn:a", "urn:b"], audience: "c" },
    ],
    ["anybody, where nothing is configured", ["urn:x"], {}],
  ])("finds nothing wrong with a token for %s", (_, audience, mapping) => {
    expect(judgeAudience(jwtFor(...audience), mapping)).toEqual([]);
  });

  test("finds nothing wrong with a token that does not tell", () => {
    expect(judgeAudience({ ...life, format: "opaque" }, { resource: "urn:a" })).toEqual([]);
  });

  test.each<[string, string[], TokenClientMapping, string]>([
    ["somebody else", ["urn:x"], { resource: ["urn:a"] }, "not for urn:a, but for urn:x"],
    ["one of two", ["urn:a"], { resource: ["urn:a", "urn:b"] }, "not for urn:b, but for urn:a"],
    ["nobody", [], { audience: "a" }, "not for a, but for nobody: it has no aud"],
  ])("says that a token is for %s", (_, audience, mapping, want) => {
    const [problem] = judgeAudience(jwtFor(...audience), mapping);
    expect(problem).toMatchObject({ severity: "error", code: "AUDIENCE_MISSING" });
    expect(problem?.message).toContain(want);
  });

  test("finds one that differs by a slash at its end", () => {
    const [problem] = judgeAudience(jwtFor("https://api.example"), { resource: "https://api.example/" });
    expect(problem?.fix).toBe("write it as the server does: https://api.example");
  });
});
