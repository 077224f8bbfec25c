import { describe, expect, test } from "vitest";
import { takeSnapshot } from "../../../runtime/src/testing/input-snapshot.ts";

describe("takeSnapshot", () => {
  test.each<[string, () => object, (value: never) => unknown]>([
    ["an object", () => ({ a: { b: 1 } }), (value: { a: object }) => Object.assign(value.a, { b: 2 })],
    ["a list", () => ({ a: [{ b: 1 }] }), (value: { a: unknown[] }) => void value.a.push(2)],
    [
      "an object without a prototype",
      () => Object.assign(Object.create(null), { a: 1 }),
      (value: object) => Object.assign(value, { a: 2 }),
    ],
    ["a date", () => ({ at: new Date(0) }), (value: { at: Date }) => void value.at.setTime(1)],
    ["bytes", () => ({ body: Uint8Array.of(1) }), (value: { body: Uint8Array }) => void value.body.fill(2)],
    ["a Buffer", () => ({ body: Buffer.of(1) }), (value: { body: Buffer }) => void value.body.fill(2)],
    [
      "a form",
      () => ({ body: new URLSearchParams("a=1") }),
      (value: { body: URLSearchParams }) => value.body.set("a", "2"),
    ],
  ])("keeps %s as it was", (_, make, change) => {
    const value = make();
    const snapshot = takeSnapshot(value);
    expect(snapshot).toStrictEqual(make());
    change(value as never);
    expect(snapshot).toStrictEqual(make());
    expect(snapshot).not.toEqual(value);
  });

  test("leaves streams, Blobs, signals and objects of classes what they are", () => {
    class Own {}
    const value = {
      stream: new ReadableStream(),
      blob: new Blob(["a"]),
      signal: new AbortController().signal,
      own: new Own(),
      form: new FormData(),
      make: () => {},
    };
    const snapshot = takeSnapshot(value);
    for (const [name, part] of Object.entries(value)) expect(snapshot[name as keyof typeof value]).toBe(part);
  });

  test("copies what contains itself, and what is called __proto__", () => {
    const value: Record<string, unknown> = JSON.parse('{"__proto__":{"a":1}}');
    value["self"] = value;
    const snapshot = takeSnapshot(value);
    expect(snapshot["self"]).toBe(snapshot);
    expect(Object.keys(snapshot)).toEqual(["__proto__", "self"]);
    expect(Object.getPrototypeOf(snapshot)).toBe(Object.prototype);
  });
});
