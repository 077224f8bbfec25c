import qs from "qs";
import { describe, expect, test } from "vitest";
import type { PartEncoding } from "../../../runtime/src/operation.ts";
import { compileUrlEncoded } from "../../../runtime/src/serialize/url-encoded.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("compileUrlEncoded", () => {
  const write = (body: unknown, encoding: Record<string, PartEncoding> = {}) =>
    compileUrlEncoded({ encoding }, "POST /: body")(body);

  test.each<[PartEncoding, unknown, [string, string][]]>([
    [{}, "a b&c=d+é", [["x", "a b&c=d+é"]]],
    [{}, "", [["x", ""]]],
    [
      {},
      ["a", "b"],
      [
        ["x", "a"],
        ["x", "b"],
      ],
    ],
    [{}, { a: 1 }, [["x", '{"a":1}']]],
    [
      {},
      [{ a: 1 }, [2]],
      [
        ["x", '{"a":1}'],
        ["x", "[2]"],
      ],
    ],
    [{ contentType: "application/json" }, "a", [["x", '"a"']]],
    [{ contentType: "text/plain" }, { a: 1 }, [["x", '{"a":1}']]],
    [{ contentType: "application/x-www-form-urlencoded" }, { a: "b c" }, [["x", "a=b+c"]]],
    [{ style: "form", explode: false }, ["a", "b"], [["x", "a,b"]]],
    [{ explode: false }, { a: 1, b: 2 }, [["x", "a,1,b,2"]]],
    [
      { style: "form" },
      { a: 1, b: 2 },
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [{ style: "spaceDelimited" }, ["a", "b"], [["x", "a b"]]],
    [{ style: "pipeDelimited" }, ["a", "b"], [["x", "a|b"]]],
    [{ style: "deepObject" }, { a: { b: 1 } }, [["x[a][b]", "1"]]],
    // The encoding's content type counts for nothing once it has a style.
    [{ style: "form", contentType: "application/json" }, "a", [["x", "a"]]],
  ])("with the encoding %j writes %j as a form decoder reads it", (encoding, value, want) => {
    expect([...new URLSearchParams(write({ x: value }, { x: { type: "any", ...encoding } }))]).toEqual(want);
  });

  test("writes spaces as plus signs, and what is reserved as it is where the encoding says so", () => {
    expect(write({ a: "b c", d: "e/f" }, { d: { allowReserved: true } })).toBe("a=b+c&d=e/f");
  });

  test("encodes names", () => {
    expect(write({ "a&b=c d": 1 })).toBe("a%26b%3Dc+d=1");
  });

  test("gives qs nested values back", () => {
    const body = { filter: { tags: ["a"], price: { gte: "5" } } };
    expect(qs.parse(write(body, { filter: { style: "deepObject", type: "object" } }))).toEqual(body);
  });

  test.each<[PartEncoding, unknown]>([
    [{ style: "form" }, { admin: 1 }],
    [{ style: "form" }, ["a"]],
    [{ style: "form", type: "array" }, { admin: 1 }],
    [{ style: "deepObject", type: "object" }, ["a"]],
  ])(
    "refuses a property with a style, %j, of which its schema allows no such value: %j",
    (encoding, value) => {
      expect(() => write({ x: value }, { x: encoding })).toThrow(/^POST \/: body\.x /);
    },
  );

  test("leaves out null and undefined", () => {
    expect(write({ a: null, b: undefined, c: [null, 1], d: [] })).toBe("c=1");
  });

  test.each(["text", 1, [["a", 1]], new Date(), null])("refuses what is no object: %o", (body) => {
    expect(() => write(body)).toThrow(invalidOption);
  });

  test("refuses bytes, naming the property", () => {
    expect(() => write({ a: new Uint8Array([1]) })).toThrow(/^POST \/: body\.a /);
  });

  test("refuses a body without a required property, but not one that is null", () => {
    const write = compileUrlEncoded({ required: ["a", "toString"] }, "POST /: body");
    expect(() => write({ a: 1 })).toThrow(/^POST \/: body\.toString is required/);
    expect(write({ a: null, toString: "x" })).toBe("toString=x");
  });
});
