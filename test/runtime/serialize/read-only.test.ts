import { describe, expect, test } from "vitest";
import { compileReadOnly } from "../../../runtime/src/serialize/read-only.ts";

describe("compileReadOnly", () => {
  test.each<[string[][], unknown, unknown]>([
    [[["id"]], { id: 1, name: "x" }, { name: "x" }],
    [[["id"]], { name: "x" }, { name: "x" }],
    [[["a", "b"]], { a: { b: 1, c: 2 }, b: 3 }, { a: { c: 2 }, b: 3 }],
    [[["a"], ["a", "b"]], { a: { b: 1 } }, {}],
    [[["*", "id"]], [{ id: 1, n: 1 }, { n: 2 }], [{ n: 1 }, { n: 2 }]],
    [[["items", "*", "id"]], { items: [{ id: 1 }] }, { items: [{}] }],
    [[["map", "*", "id"]], { map: { x: { id: 1, n: 1 } } }, { map: { x: { n: 1 } } }],
    [[["*", "id"], ["own"]], { own: 1, x: { id: 1, n: 1 } }, { x: { n: 1 } }],
    [[["a", "b"]], { a: null }, { a: null }],
    [[["a", "b"]], { a: "text" }, { a: "text" }],
    [[["a", "b"]], { a: [{ b: 1 }] }, { a: [{ b: 1 }] }],
    [[["__proto__"]], JSON.parse('{"__proto__":1,"a":2}'), { a: 2 }],
    [[["id"]], "text", "text"],
  ])("leaves %j out of %j", (paths, value, want) => {
    expect(compileReadOnly(paths)(value)).toEqual(want);
  });

  test("keeps dates, files and a property called __proto__ as they are", () => {
    const at = new Date(0);
    const file = new File(["x"], "x");
    const value = JSON.parse('{"__proto__":{"id":1},"id":2}');
    expect(compileReadOnly([["id"]])({ ...value, at, file })).toEqual({ ...value, id: undefined, at, file });
    expect(Object.keys(compileReadOnly([["id"]])(value) as object)).toEqual(["__proto__"]);
  });

  test("copies what it changes", () => {
    const value = Object.freeze({ id: 1, list: Object.freeze([Object.freeze({ id: 2 })]) });
    expect(compileReadOnly([["id"], ["list", "*", "id"]])(value)).toEqual({ list: [{}] });
    expect(value).toEqual({ id: 1, list: [{ id: 2 }] });
  });
});
