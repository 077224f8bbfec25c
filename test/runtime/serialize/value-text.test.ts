import { describe, expect, test } from "vitest";
import { isStructured, listEntries, textOf } from "../../../runtime/src/serialize/value-text.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("textOf", () => {
  test.each<[unknown, string]>([
    ["", ""],
    [-0, "0"],
    [0.1, "0.1"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [1e-7, "1e-7"],
    [2n ** 64n, "18446744073709551616"],
    [true, "true"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new URL("https://example.com/a"), "https://example.com/a"],
    [{ toJSON: () => 12.5 }, "12.5"],
    [[1, { a: null }], '[1,{"a":null}]'],
    [null, "null"],
  ])("writes %o as %j", (value, want) => {
    expect(textOf(value, "here")).toBe(want);
  });

  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["an invalid date", new Date("secret")],
    ["bytes", new Uint8Array([1])],
    ["a Blob", new Blob(["secret"])],
    ["a stream", new Blob(["secret"]).stream()],
    ["a function", () => "secret"],
    ["a symbol", Symbol("secret")],
    ["what nests a bigint", [{ secret: 1n }]],
  ])("refuses %s, naming where it is and not what it is", (_, value) => {
    expect(() => textOf(value, "GET /items: query.at")).toThrow(invalidOption);
    expect(() => textOf(value, "GET /items: query.at")).toThrow(/^GET \/items: query\.at (?!.*secret)/);
  });
});

describe("isStructured", () => {
  test.each<[unknown, boolean]>([
    [{}, true],
    [[], true],
    [Object.create(null), true],
    [new Date(), false],
    [new URL("https://example.com"), false],
    [new Uint8Array(), false],
    [new File([], "a"), false],
    [null, false],
    ["x", false],
  ])("of %o is %j", (value, want) => {
    expect(isStructured(value)).toBe(want);
  });
});

describe("listEntries", () => {
  test("leaves out null and undefined", () => {
    expect(listEntries({ a: null, b: undefined, c: 0, d: "" }, "here")).toEqual([
      ["c", 0],
      ["d", ""],
    ]);
  });

  test.each([new Map([["a", 1]]), new Set([1]), new URLSearchParams("a=1"), new FormData()])(
    "refuses what would be lost, its content being no property of it: %o",
    (value) => {
      expect(() => listEntries(value, "here")).toThrow(invalidOption);
    },
  );
});
