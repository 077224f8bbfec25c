import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { buildRevision } from "../../runtime/src/credential-revision.ts";

describe("buildRevision", () => {
  test.each([
    [["ab"], ["a", "b"]],
    [["a", undefined], ["a"]],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [
      ["a", undefined, "b"],
      ["a", "b", undefined],
    ],
    [["\ud800"], ["\ud801"]],
  ])("tells %j from %j", (one, other) => {
    expect(buildRevision(...one)).toBe(buildRevision(...one));
    expect(buildRevision(...one)).not.toBe(buildRevision(...other));
  });

  test("is no plain hash, and another one in another process", async () => {
    const revision = buildRevision("a");
    expect(revision).not.toBe(createHash("sha256").update('["a"]').digest("base64url"));
    vi.resetModules();
    const fresh = await import("../../runtime/src/credential-revision.ts");
    expect(fresh.buildRevision("a")).not.toBe(revision);
  });
});
