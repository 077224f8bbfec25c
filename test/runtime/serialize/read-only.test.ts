import { describe, expect, test } from "vitest";
import type { ReadOnlyShape, ReadOnlyValues } from "../../../runtime/src/operation.ts";
import { part } from "../../../runtime/src/part.ts";
import { omitReadOnly } from "../../../runtime/src/serialize/read-only.ts";

const omit = (value: unknown, readOnly: ReadOnlyValues) => omitReadOnly(value, readOnly, "PUT /: body");

const id: ReadOnlyShape = { omit: ["id"] };
const tree: ReadOnlyValues = {
  shape: "Node",
  shapes: { Node: { omit: ["id"], properties: { children: "Nodes" } }, Nodes: { items: "Node" } },
};

describe("omitReadOnly", () => {
  test.each<[ReadOnlyShape, unknown, unknown]>([
    [id, { id: 1, name: "x" }, { name: "x" }],
    [id, { name: "x" }, { name: "x" }],
    [id, "text", "text"],
    [id, [{ id: 1 }], [{ id: 1 }]],
    [{ properties: { a: id } }, { a: { id: 1, b: 2 }, id: 3 }, { a: { b: 2 }, id: 3 }],
    [{ properties: { a: id } }, { a: null }, { a: null }],
    [{ properties: { a: id } }, { a: "text" }, { a: "text" }],
    [{ properties: { a: { items: id } } }, { a: [{ id: 1 }, "x"] }, { a: [{}, "x"] }],
    [{ items: id }, [{ id: 1, n: 1 }, { n: 2 }], [{ n: 1 }, { n: 2 }]],
    [{ items: id }, { id: 1 }, { id: 1 }],
    [{ prefixItems: [id, {}], items: id }, [{ id: 1 }, { id: 2 }, { id: 3 }], [{}, { id: 2 }, {}]],
    [{ prefixItems: [id] }, [{ id: 1 }, { id: 2 }], [{}, { id: 2 }]],
    [{ additionalProperties: id }, { x: { id: 1, n: 1 } }, { x: { n: 1 } }],
    [
      { omit: ["own"], properties: { id: {} }, additionalProperties: id },
      { own: { n: 1 }, id: { id: 1 }, x: { id: 1 } },
      { id: { id: 1 }, x: {} },
    ],
    [{ omit: ["__proto__"] }, JSON.parse('{"__proto__":1,"a":2}'), { a: 2 }],
    [
      { properties: { a: {} }, additionalProperties: id },
      JSON.parse('{"constructor":{"id":1}}'),
      { constructor: {} },
    ],
  ])("by %j makes of %j %j", (shape, value, want) => {
    expect(omit(value, { shape })).toEqual(want);
  });

  test("finds those of a tree's children at any depth", () => {
    const value = { id: 1, n: 1, children: [{ id: 2, children: [{ id: 3, n: 3 }] }, { n: 4 }] };
    expect(omit(value, tree)).toEqual({ n: 1, children: [{ children: [{ n: 3 }] }, { n: 4 }] });
    let deep: object = { id: 0 };
    for (let i = 0; i < 50_000; i++) deep = { id: i, children: [deep] };
    let inner = omit(deep, tree);
    for (let i = 0; i < 50_000; i++) [inner] = (inner as { children: [unknown] }).children;
    expect(inner).toEqual({});
  });

  test("makes a cycle of a cycle, which can't be written, and refuses what has no end", () => {
    const value: Record<string, unknown> = { id: 1, n: 1 };
    value["children"] = [value];
    const copy = omit(value, tree) as { children: unknown[] };
    expect(Object.keys(copy)).toEqual(["n", "children"]);
    expect(copy.children[0]).toBe(copy);
    const endless = { toJSON: () => ({ children: [endless] }) };
    expect(() => omit(endless, tree)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("copies what is in two places once for each of their shapes", () => {
    const shared = { id: 1, n: 1 };
    const shape = { properties: { a: id, b: id, c: {} } };
    const copy = omit({ a: shared, b: shared, c: shared }, { shape }) as Record<string, unknown>;
    expect(copy).toEqual({ a: { n: 1 }, b: { n: 1 }, c: shared });
    expect(copy["a"]).toBe(copy["b"]);
  });

  test("keeps dates, files and a property called __proto__ as they are", () => {
    const at = new Date(0);
    const file = new File(["x"], "x");
    const value = JSON.parse('{"__proto__":{"id":1},"id":2}');
    expect(omit({ at, file, id: 1 }, { shape: { ...id, additionalProperties: id } })).toEqual({ at, file });
    const copy = omit(value, { shape: id }) as object;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  test("looks into what a value says is sent of it, and into the value of a part", () => {
    const entity = { toJSON: () => ({ id: 1, n: 1 }) };
    expect(omit({ a: entity }, { shape: { properties: { a: id } } })).toEqual({ a: { n: 1 } });
    const given = part({ id: 1, n: 1 }, { filename: "a.json" });
    const copy = omit({ a: given }, { shape: { properties: { a: id } } });
    expect(copy).toEqual({ a: part({ n: 1 }, { filename: "a.json" }) });
  });

  test("copies what it changes", () => {
    const value = Object.freeze({ id: 1, list: Object.freeze([Object.freeze({ id: 2 })]) });
    expect(omit(value, { shape: { ...id, properties: { list: { items: id } } } })).toEqual({ list: [{}] });
    expect(value).toEqual({ id: 1, list: [{ id: 2 }] });
  });
});
