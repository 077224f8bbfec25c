import { describe, expect, test } from "vitest";
import { part } from "../../../runtime/src/index.ts";
import type { Operation } from "../../../runtime/src/operation.ts";
import { compileExpected } from "../../../runtime/src/testing/expected-input.ts";

const operation: Operation = {
  method: "POST",
  path: ["/", { name: "id" }],
  query: [
    { name: "a", type: "array" },
    { name: "filter", style: "deepObject", type: "object" },
  ],
  headers: [{ name: "X-A" }],
  cookies: [{ name: "c" }],
  responses: {},
};

const form: Operation = {
  method: "GET",
  path: ["/"],
  querystring: { name: "q", content: "application/x-www-form-urlencoded" },
  responses: {},
};

const date = new Date(0);

describe("compileExpected", () => {
  test.each<[expected: unknown, input: object, difference: string | undefined]>([
    [{}, {}, undefined],
    [{ path: { id: 1 } }, { path: { id: "1" } }, undefined],
    [{ path: { id: "1" } }, { path: { id: "2" } }, "path.id is '2', not '1'"],
    [{ path: { id: undefined } }, { path: { id: "2" } }, undefined],
    [{ query: { a: ["x", "y"] } }, { query: { a: ["x", "y"], filter: {} } }, undefined],
    [{ query: { a: ["x"] } }, { query: { a: ["x", "y"] } }, "query.a is [ 'x', 'y' ], not [ 'x' ]"],
    [{ query: { filter: { b: 1 } } }, { query: { filter: { b: 1 } } }, undefined],
    [{ query: { filter: { b: 1 } } }, {}, "query.filter is undefined, not { b: 1 }"],
    [{ headers: { "X-A": date } }, { headers: { "X-A": date.toISOString() } }, undefined],
    [{ headers: { "X-A": "1" } }, { headers: { "X-A": null } }, "headers.X-A is null, not '1'"],
    [{ cookies: { c: true } }, { cookies: { c: "true" } }, undefined],
    [{ body: { a: { b: 1 } } }, { body: { a: { b: 1, c: 2 }, d: 3 } }, undefined],
    [{ body: { a: { b: 1 } } }, { body: { a: { b: 2 } } }, "body.a.b is 2, not 1"],
    [{ body: { a: 1, b: undefined } }, { body: { a: 1 } }, undefined],
    [{ body: { a: [1, { b: date }] } }, { body: { a: [1, { b: date.toJSON() }] } }, undefined],
    [{ body: { a: [1] } }, { body: { a: [1, 2] } }, "body.a is [ 1, 2 ], not [ 1 ]"],
    [{ body: null }, { body: null }, undefined],
    [{ body: {} }, {}, "body is undefined, not {}"],
    [
      { body: { file: part("a", { filename: "b" }) } },
      { body: { file: part("a", { filename: "b" }) } },
      undefined,
    ],
    [{ body: part("a") }, { body: part("b") }, expect.stringContaining("body is Part")],
    [{ contentType: "text/csv" }, { contentType: "text/csv" }, undefined],
    [{ accept: "text/csv" }, {}, "accept is undefined, not 'text/csv'"],
    [() => true, {}, undefined],
    [() => false, {}, "its function says no"],
  ])("%o: %o", (expected, input, difference) => {
    expect(compileExpected(operation, expected, "mock")(input)).toEqual(difference);
  });

  test("compares a query string that is one parameter whole", () => {
    const find = compileExpected(form, { query: { a: 1 } }, "mock");
    expect([find({ query: { a: "1" } }), find({ query: { a: 1, b: 2 } }), find({})]).toEqual([
      undefined,
      "query is { a: 1, b: 2 }, not { a: 1 }",
      "query is undefined, not { a: 1 }",
    ]);
  });

  test("shortens long values", () => {
    const find = compileExpected(operation, { path: { id: "a".repeat(1000) } }, "mock");
    expect(find({ path: { id: "b" } })?.length).toBeLessThan(200);
  });

  test.each([
    [{ query: { b: 1 } }, "mock.when: query.b is no parameter of the operation, which has: a, filter"],
    [{ timeoutMs: 1 }, "mock.when: timeoutMs is no part of an input"],
    ["a", "mock.when takes parts of an input, or a function"],
  ])("refuses %o", (expected, message) => {
    expect(() => compileExpected(operation, expected, "mock")).toThrow(message);
  });
});
