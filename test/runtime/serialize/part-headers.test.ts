import { describe, expect, test } from "vitest";
import { compilePartHeaders } from "../../../runtime/src/serialize/part-headers.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("compilePartHeaders", () => {
  const declared = [
    { name: "X-List", required: true as const, type: "array" as const },
    { name: "X-Json", content: "application/json" },
  ];
  const write = compilePartHeaders(declared, "POST /: body.file");

  test("writes declared headers by their schemas, others as text", () => {
    expect(write({ "x-list": [1, 2], "X-Json": { a: 1 }, "X-Other": "y", "X-More": ["a", "b"] })).toBe(
      'x-list: 1,2\r\nX-Json: {"a":1}\r\nX-Other: y\r\nX-More: a,b\r\n',
    );
  });

  test("refuses to leave out a required one", () => {
    expect(() => write({})).toThrow(/POST \/: body\.file: X-List/);
  });

  test.each<Record<string, unknown>>([
    { "X-List": "a\r\nb" },
    { "X-List": { a: 1 } },
    { "X-List": 1, "a b": 1 },
    { "X-List": 1, "a:b": 1 },
    { "X-List": 1, "Content-Type": "text/plain" },
    { "X-List": 1, "content-disposition": "x" },
  ])("refuses %j", (given) => {
    expect(() => write(given)).toThrow(invalidOption);
  });
});
