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

  class Entity {
    readonly id = 1;
    readonly n = 1;
    toJSON(): unknown {
      return this;
    }
  }
  const closed = { id: 1, n: 1, toJSON: (): unknown => closed };

  test.each<[what: string, value: unknown]>([
    ["the value itself", new Entity()],
    ["the value itself, being a property of it", closed],
    ["a value that says something else itself", { toJSON: () => new Entity() }],
    ["what has another toJSON", { toJSON: () => ({ n: 1, toJSON: () => ({ id: 1 }) }) }],
    ["what can be read as a stream", { toJSON: () => ({ id: 1, n: 1, async *[Symbol.asyncIterator]() {} }) }],
  ])("leaves read-only values out of what toJSON gives where that is %s", (_, value) => {
    const copy = omit({ a: value, list: [value] }, { shape: { properties: { a: id, list: { items: id } } } });
    expect(JSON.stringify(copy)).toBe('{"a":{"n":1},"list":[{"n":1}]}');
  });

  test.each<[first: unknown, then: unknown, want: string]>([
    ["text", { id: 1 }, '{"a":"text"}'],
    [undefined, { id: 1 }, "{}"],
    [null, { id: 1 }, '{"a":null}'],
    [{ id: 1, n: 1 }, { id: 2 }, '{"a":{"n":1}}'],
  ])("asks a value once what is sent of it: one that gives %j, then %j", (first, then, want) => {
    const answers = [first];
    const value = { toJSON: () => (answers.length > 0 ? answers.pop() : then) };
    expect(JSON.stringify(omit({ a: value }, { shape: { properties: { a: id } } }))).toBe(want);
  });

  test("tells toJSON the key that JSON would", () => {
    const value = { toJSON: (key: string) => ({ key }) };
    const shape = { properties: { a: { items: id, ...id } } };
    expect(JSON.stringify(omit({ a: [value] }, { shape }))).toBe(JSON.stringify({ a: [value] }));
    expect(JSON.stringify(omit({ a: value }, { shape }))).toBe(JSON.stringify({ a: value }));
    expect(JSON.stringify(omit(value, { shape }))).toBe(JSON.stringify(value));
  });

  const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

  test.each<[what: string, value: unknown]>([
    ["String", new String("x")],
    ["Number", new Number(3)],
    ["Boolean", new Boolean(false)],
    ["BigInt", Object(1n)],
    ["raw JSON", rawJSON("3")],
    ["Date", new Date(0)],
    ["Buffer", Buffer.from("x")],
  ])("keeps an object that is written as one value as it is: %s", (_, value) => {
    expect(omit(value, { shape: id })).toBe(value);
    expect(omit([value], { shape: { items: id } })).toEqual([value]);
  });

  test("keeps what toJSON gives where that is written as one value", () => {
    for (const value of [new String("x"), new Number(3), rawJSON("3")]) {
      const copy = omit({ toJSON: () => value }, { shape: id });
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    }
  });

  test("copies what it changes", () => {
    const value = Object.freeze({ id: 1, list: Object.freeze([Object.freeze({ id: 2 })]) });
    expect(omit(value, { shape: { ...id, properties: { list: { items: id } } } })).toEqual({ list: [{}] });
    expect(value).toEqual({ id: 1, list: [{ id: 2 }] });
  });
});
