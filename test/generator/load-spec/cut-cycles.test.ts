import { describe, expect, test } from "vitest";
import { cutCycles } from "../../../generator/src/load-spec/cut-cycles.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function cut(schemas: Record<string, unknown>) {
  const told: string[] = [];
  const reasons = new Set<string>();
  const report = (name: string, reason: string) => {
    told.push(name);
    reasons.add(reason);
  };
  return { schemas: cutCycles(schemas, report), told, reasons: [...reasons] };
}

describe("cutCycles", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["a reference to itself", { A: ref("A") }, { A: {} }, ["A"]],
    [
      "references in a circle",
      { A: ref("B"), B: ref("C"), C: ref("A") },
      { A: ref("B"), B: ref("C"), C: {} },
      ["C"],
    ],
    ["allOf of itself", { A: { allOf: [ref("A")], type: "object" } }, { A: { type: "object" } }, ["A"]],
    [
      "allOf of one that is made of it",
      {
        A: { allOf: [ref("B"), { type: "object" }] },
        B: { anyOf: [{ oneOf: [ref("A")] }, { type: "string" }] },
      },
      { A: { allOf: [ref("B"), { type: "object" }] }, B: { anyOf: [{}, { type: "string" }] } },
      ["B"],
    ],
    [
      "oneOf with itself",
      { A: { oneOf: [ref("A"), { type: "string" }] } },
      { A: { oneOf: [{ type: "string" }] } },
      ["A"],
    ],
  ])("leaves out what a schema is made of itself: %s", (_, schemas, want, told) => {
    expect(cut(schemas)).toEqual({ schemas: want, told, reasons: ["cycle"] });
  });

  test.each<[string, Record<string, unknown>]>([
    ["in a property", { A: { properties: { a: ref("A") } } }],
    ["as an item", { A: { type: "array", items: ref("A") } }],
    ["as a value", { A: { anyOf: [{ additionalProperties: ref("A") }, { type: "null" }] } }],
    ["twice, without a circle", { A: { allOf: [ref("B"), ref("C")] }, B: ref("D"), C: ref("D"), D: {} }],
  ])("keeps schemas that hold others: %s", (_, schemas) => {
    const result = cut(schemas);
    expect(result).toEqual({ schemas, told: [], reasons: [] });
    expect(result.schemas).toBe(schemas);
  });

  test("cuts what is made of others deeper than any compiler follows", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => [
      `S${index}`,
      { allOf: [ref(`S${index + 1}`)] },
    ]);
    expect(cut(Object.fromEntries([...chain, ["S20000", {}]])).reasons).toEqual(["depth"]);
  });

  test("looks at every schema once, however they refer to each other", () => {
    const twice = Array.from({ length: 100 }, (_, index) => {
      return [`S${index}`, { allOf: [ref(`S${index + 1}`), ref(`S${index + 1}`)] }];
    });
    expect(cut(Object.fromEntries([...twice, ["S100", {}]])).told).toEqual([]);
  });
});
