import qs from "qs";
import { describe, expect, test } from "vitest";
import type { Parameter } from "../../../runtime/src/operation.ts";
import {
  compilePathParameter,
  compileQueryParameter,
  compileQuerystring,
} from "../../../runtime/src/serialize/parameters.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
type Row = readonly [parameter: Partial<Parameter>, value: unknown, want: string | undefined];

// The cells of OpenAPI's "Style Examples" are in serialize.test.ts.
describe("compilePathParameter", () => {
  const write = (parameter: Partial<Parameter>, value: unknown) =>
    compilePathParameter({ name: "color", type: "any", ...parameter }, "GET /{color}: path.color")(value);

  test.each<Row>([
    [{}, ["a,b", "c"], "a%2Cb,c"],
    [{ explode: true }, { "a=b": "c,d" }, "a%3Db=c%2Cd"],
    [{ style: "label" }, "1.5", ".1.5"],
    [{ style: "label" }, ["1.5", "a,b"], ".1.5,a%2Cb"],
    [{ style: "label", explode: true }, [1.5, 2], ".1%2E5.2"],
    [{ style: "label", explode: true }, { "a.b": 1.5 }, ".a%2Eb=1%2E5"],
    [{ style: "matrix" }, "a;b=c", ";color=a%3Bb%3Dc"],
    [{ style: "matrix", explode: true }, ["a;b", "c,d"], ";color=a%3Bb;color=c%2Cd"],
  ])("encodes what separates values within them: %j %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });

  test.each<Row>([
    [{}, "a,b;c=d&e", "a,b;c=d&e"],
    [{}, ["a,b", "c:d"], "a%2Cb,c:d"],
    [{}, "a%2Fb/c", "a%2Fb%2Fc"],
    [{ style: "label", explode: true }, ["a.b", "c@d"], ".a%2Eb.c@d"],
    [{ style: "matrix" }, "a;b=c@", ";color=a%3Bb%3Dc@"],
  ])("keeps reserved characters that separate nothing when it may: %j %j", (parameter, value, want) => {
    expect(write({ allowReserved: true, ...parameter }, value)).toBe(want);
  });
});

describe("compileQueryParameter", () => {
  const write = (parameter: Partial<Parameter>, value: unknown) =>
    compileQueryParameter({ name: "color", type: "any", ...parameter }, "GET /: query.color")(value);

  test.each<Row>([
    [{ allowReserved: true }, "a/b%2Fc%", "color=a/b%2Fc%25"],
    [{ allowReserved: true, explode: false }, ["a,b", "c/d"], "color=a%2Cb,c/d"],
    [{ allowReserved: true, explode: false }, ["a%2Cb", "c"], "color=a%2Cb,c"],
    [{ allowReserved: true }, { "a=b&c": "d=e&f" }, "a%3Db%26c=d=e%26f"],
    [{ allowReserved: true, style: "deepObject" }, { a: "b/c" }, "color%5Ba%5D=b/c"],
  ])("keeps reserved characters of values when it may: %j %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });

  // OpenAPI 3.2, appendix E: what separates is encoded itself, so that no server can tell it from a value's own.
  test.each<[Partial<Parameter>, unknown]>([
    [{ style: "spaceDelimited" }, ["a b", "c"]],
    [{ style: "spaceDelimited" }, { "a b": "c" }],
    [{ style: "pipeDelimited" }, ["a|b", "c"]],
    [{ style: "pipeDelimited" }, { a: "b|c" }],
  ])("refuses an item that would be read as two: %j %j", (parameter, value) => {
    expect(() => write(parameter, value)).toThrow(invalidOption);
  });

  test.each<Row>([
    [{ style: "spaceDelimited", explode: true }, ["a b"], "color=a%20b"],
    [{ style: "pipeDelimited" }, "a|b", "color=a%7Cb"],
    [{ style: "deepObject", explode: false }, { a: 1 }, "color%5Ba%5D=1"],
  ])("separates only what stands in one text: %j %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });

  test.each<[unknown, unknown]>([
    [{ a: "x" }, { color: { a: "x" } }],
    [{ a: { b: { c: "x" } } }, { color: { a: { b: { c: "x" } } } }],
    [{ a: ["x"] }, { color: { a: ["x"] } }],
    [{ a: ["x", "y"], b: "z" }, { color: { a: ["x", "y"], b: "z" } }],
    [["x", "y"], { color: ["x", "y"] }],
    [{ a: [{ b: "x", c: "y" }, { b: "z" }] }, { color: { a: [{ b: "x", c: "y" }, { b: "z" }] } }],
    [
      {
        a: [
          ["x", "y"],
          ["z", "w"],
        ],
      },
      {
        color: {
          a: [
            ["x", "y"],
            ["z", "w"],
          ],
        },
      },
    ],
    [{ "a&b=c": "d&e=f[g]" }, { color: { "a&b=c": "d&e=f[g]" } }],
    [{ a: null, b: [null, "x"], c: [], d: {} }, { color: { b: ["x"] } }],
  ])("of style deepObject, however deep, is what qs reads: %j", (value, want) => {
    const text = write({ style: "deepObject" }, value) ?? "";
    expect(qs.parse(text, { depth: 10 })).toEqual(want);
  });

  test("of style deepObject writes lists as Rails and PHP read them", () => {
    const value = { tags: ["a", "b"], lines: [{ n: 1 }, { n: 2 }] };
    expect(decodeURIComponent(write({ style: "deepObject" }, value) ?? "")).toBe(
      "color[tags][]=a&color[tags][]=b&color[lines][0][n]=1&color[lines][1][n]=2",
    );
  });

  test("of style deepObject refuses what holds itself", () => {
    const value: Record<string, unknown> = {};
    value["self"] = value;
    expect(() => write({ style: "deepObject" }, value)).toThrow(invalidOption);
  });

  test.each<Row>([
    [{ content: "application/x-www-form-urlencoded" }, { a: "b c" }, "color=a%3Db%2Bc"],
    [{ content: "application/vnd.api+json" }, [1], "color=%5B1%5D"],
    [{ content: "text/plain" }, 1, "color=1"],
  ])("of content is written as that, then encoded: %j %j", (parameter, value, want) => {
    expect(write(parameter, value)).toBe(want);
  });
});

describe("compileQuerystring", () => {
  test.each<Row>([
    [{ content: "application/x-www-form-urlencoded" }, { foo: "a + b", bar: true }, "foo=a+%2B+b&bar=true"],
    [
      {
        content: "application/x-www-form-urlencoded",
        encoding: { a: { style: "deepObject", type: "object" } },
      },
      { a: { b: 1 }, c: { d: 1 } },
      "a%5Bb%5D=1&c=%7B%22d%22%3A1%7D",
    ],
    [
      { content: "application/json" },
      { numbers: [1, 2], flag: null },
      "%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D",
    ],
    [{ content: "application/jsonpath" }, "$.a.b[1:1]", "%24.a.b%5B1%3A1%5D"],
  ])("writes the whole query: %j %j", (parameter, value, want) => {
    expect(compileQuerystring({ name: "q", ...parameter }, "GET /: query")(value)).toBe(want);
  });
});
