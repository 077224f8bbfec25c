import { describe, expect, test } from "vitest";
import { assertNoDotSegment, assertPathValues } from "../../../runtime/src/serialize/dot-segments.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("assertNoDotSegment", () => {
  test.each([
    "/.",
    "/a/..",
    "/a/../b",
    "/a/%2e%2E/b",
    "/a/.%2e",
    "/a/..;x=1/b",
    "/a/..%3Bx/b",
    // Who decodes before it resolves, as nginx does.
    "/a/..%2Fadmin",
    "/a/x%2f..",
    "/a/x%2F%2E%2e%2fy",
    // Who takes a backslash for a slash.
    "/a/..%5Cadmin",
    "/a/x%5c..%5cy",
    "/a/..\\b",
  ])("refuses %s", (path) => {
    expect(() => assertNoDotSegment(path, "GET /a/{b}")).toThrow(invalidOption);
    expect(() => assertNoDotSegment(path, "GET /a/{b}")).toThrow(/GET \/a\/\{b\}: path/);
  });

  test.each(["/", "/a.b", "/...", "/.a/b.", "/a..b", "/%252e%252e", "/a%2F.b", "/a%2Fb", "/;..", "/a;b=.."])(
    "lets %s through",
    (path) => {
      expect(() => assertNoDotSegment(path, "GET /")).not.toThrow();
    },
  );
});

describe("assertPathValues", () => {
  test.each<[string, Record<string, unknown>]>([
    ["/{a}", {}],
    ["/{a}", { a: undefined }],
    ["/{a}", { a: null }],
    ["/{a}", { a: "" }],
    ["/{a}", { a: Number.NaN }],
    ["/{a}/{b}", { a: 1 }],
    ["/{toString}", {}],
    ["/{.a*}", { b: 1 }],
  ])("refuses to fill %s with %j", (template, values) => {
    expect(() => assertPathValues(template, values)).toThrow(invalidOption);
  });

  test.each<[string, Record<string, unknown>]>([
    ["/", {}],
    ["/{a}", { a: 0 }],
    ["/{;a*}/{b}", { a: ["x"], b: false }],
  ])("lets %s be filled with %j", (template, values) => {
    expect(() => assertPathValues(template, values)).not.toThrow();
  });
});
