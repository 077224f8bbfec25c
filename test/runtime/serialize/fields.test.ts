import { describe, expect, test } from "vitest";
import type { Parameter } from "../../../runtime/src/operation.ts";
import { compileCookie, compileHeader } from "../../../runtime/src/serialize/fields.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("compileHeader", () => {
  const write = (parameter: Partial<Parameter>, value: unknown) =>
    compileHeader({ name: "X-Color", type: "any", ...parameter }, "GET /: headers.X-Color")(value);

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, "a, b", "a, b"],
    [{}, ['"a,b"', "c"], '"a,b",c'],
    [{}, ['W/"a\\",b"'], 'W/"a\\",b"'],
    [{ explode: true }, { a: 1, b: "c=d" }, "a=1,b=c=d"],
    [{}, "\u00e9", "\u00e9"],
    [{}, "a\tb", "a\tb"],
    [{ content: "application/json" }, { a: "é😀\u007f" }, '{"a":"\\u00e9\\ud83d\\ude00\\u007f"}'],
  ])("writes %j %j as %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });

  test.each<[Partial<Parameter>, unknown]>([
    [{}, "a\r\nb: c"],
    [{}, "a\0"],
    [{}, "😀"],
    [{}, " a"],
    [{}, "a\t"],
    [{}, ["a,b", "c"]],
    [{}, ['"a,b', "c"]],
    [{}, { "a,b": 1 }],
    [{ explode: true }, { "a=b": 1 }],
    [{ content: "text/plain" }, "a\nb"],
    [{}, Number.NaN],
  ])("refuses what would arrive as something else: %j %j", (parameter, value) => {
    expect(() => write(parameter, value)).toThrow(invalidOption);
    expect(() => write(parameter, value)).toThrow(/^GET \/: headers\.X-Color/);
  });
});

describe("compileCookie", () => {
  const write = (parameter: Partial<Parameter>, value: unknown) =>
    compileCookie({ name: "color", type: "any", ...parameter }, "GET /: cookies.color")(value);

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, { "a;b": "c d" }, "a%3Bb=c%20d"],
    [{ allowReserved: true }, "a/b;c,d", "color=a/b%3Bc%2Cd"],
    [{ style: "cookie" }, { greeting: "Hello%2C%20world!", code: 42 }, "greeting=Hello%2C%20world!; code=42"],
    [{ style: "cookie" }, 'a "b"', 'color=a "b"'],
    [{ name: "a[b]" }, 1, "a[b]=1"],
    [{ name: "a b;é" }, 1, "a%20b%3B%C3%A9=1"],
    [{ content: "application/json" }, { a: ";" }, "color=%7B%22a%22%3A%22%3B%22%7D"],
  ])("writes %j %j as %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });

  test.each<[Partial<Parameter>, unknown]>([
    [{ style: "cookie" }, "é"],
    [{ style: "cookie" }, " a"],
    [{ style: "cookie" }, "a;b"],
    [{ style: "cookie", explode: false }, ["a,b", "c"]],
  ])("refuses what would arrive as something else: %j %j", (parameter, value) => {
    expect(() => write(parameter, value)).toThrow(invalidOption);
  });
});
