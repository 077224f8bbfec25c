import { describe, expect, test } from "vitest";
import { asObject } from "../../../../generator/src/document.ts";
import type { Diagnostic } from "../../../../generator/src/errors.ts";
import { documentWith, okResponses, specOf } from "../../../support/documents.ts";

/** What becomes of the component schema `A`, beside others. */
async function normalized(
  schema: unknown,
  others: Record<string, unknown> = {},
): Promise<{ schema: unknown; warnings: readonly Diagnostic[] }> {
  const document = documentWith(okResponses, { components: { schemas: { A: schema, ...others } } });
  const { document: loaded, warnings } = await specOf(document);
  return { schema: asObject(asObject(loaded["components"])["schemas"])["A"], warnings };
}

const B = { $ref: "#/components/schemas/B" };
const NULL = { type: "null" };

describe("a schema of another dialect", () => {
  test.each<[string, unknown, unknown]>([
    ["nullable type", { type: "string", nullable: true }, { type: ["string", "null"] }],
    ["nullable: false", { type: "string", nullable: false }, { type: "string" }],
    ["nullable anything", { nullable: true, description: "x" }, { description: "x" }],
    [
      "nullable enum",
      { type: "string", enum: ["a"], nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    ["nullable enum without type", { enum: ["a"], nullable: true }, { enum: ["a", null] }],
    [
      "nullable enum with null",
      { type: "string", enum: ["a", null], nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "nullable object",
      { type: "object", properties: {}, nullable: true },
      { type: ["object", "null"], properties: {} },
    ],
    ["nullable reference", { ...B, nullable: true }, { anyOf: [B, NULL] }],
    [
      "nullable reference in allOf",
      { allOf: [B], nullable: true, description: "x" },
      { description: "x", anyOf: [B, NULL] },
    ],
    [
      "nullable allOf",
      { allOf: [B, { type: "object" }], nullable: true },
      { anyOf: [{ allOf: [B, { type: "object" }] }, NULL] },
    ],
    ["nullable oneOf", { oneOf: [B], nullable: true }, { oneOf: [B, NULL] }],
    ["nullable anyOf", { anyOf: [B], nullable: true }, { anyOf: [B, NULL] }],
    ["nullable const", { const: 1, nullable: true }, { anyOf: [{ const: 1 }, NULL] }],
    [
      "nullable properties",
      { properties: { a: {} }, nullable: true },
      { anyOf: [{ properties: { a: {} } }, NULL] },
    ],
    ["exclusive minimum", { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ["inclusive minimum", { minimum: 1, exclusiveMinimum: false }, { minimum: 1 }],
    ["exclusive maximum", { maximum: 1, exclusiveMaximum: true }, { exclusiveMaximum: 1 }],
    ["exclusive maximum without one", { exclusiveMaximum: true }, {}],
    ["tuple", { items: [B, {}], additionalItems: false }, { prefixItems: [B, {}], items: false }],
    ["constant null", { const: null }, { type: "null" }],
    [
      "boolean schemas",
      { items: true, not: false, properties: { a: true, b: false } },
      { items: {}, not: { not: {} }, properties: { a: {}, b: { not: {} } } },
    ],
    ["boolean schema as a whole", true, {}],
    [
      "what may be boolean",
      { items: false, additionalProperties: false, unevaluatedItems: true },
      { items: false, additionalProperties: false, unevaluatedItems: true },
    ],
    ["local definitions", { $defs: { C: {} }, definitions: { D: {} }, type: "string" }, { type: "string" }],
  ])("says it in that of OpenAPI 3.1: %s", async (_, schema, want) => {
    expect(await normalized(schema, { B: { type: "object" } })).toEqual({ schema: want, warnings: [] });
  });
});

describe("what stands beside a $ref", () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ["nothing", {}, B],
    [
      "annotations stay",
      { description: "x", deprecated: true, readOnly: true, "x-y": 1 },
      { ...B, description: "x", deprecated: true, readOnly: true, "x-y": 1 },
    ],
    [
      "a restriction counts as well",
      { required: ["a"], description: "x" },
      { required: ["a"], description: "x", allOf: [B] },
    ],
    ["a composition counts as well", { allOf: [{ type: "object" }] }, { allOf: [B, { type: "object" }] }],
    ["null is allowed", { nullable: true, description: "x" }, { description: "x", anyOf: [B, NULL] }],
  ])("%s", async (_, siblings, want) => {
    expect(await normalized({ ...B, ...siblings }, { B: {} })).toEqual({ schema: want, warnings: [] });
  });

  test("stays when the reference leads nowhere", async () => {
    const { schema, warnings } = await normalized({ $ref: "#/nowhere", description: "x" });
    expect(schema).toEqual({ description: "x" });
    expect(warnings).toHaveLength(1);
  });
});

describe("a schema that is malformed", () => {
  test.each<[string, unknown, unknown, string]>([
    ["a string", "Pet", {}, "/A"],
    ["null", null, {}, "/A"],
    ["a list", [], {}, "/A"],
    [
      "a string in oneOf",
      { oneOf: ["Pet", { type: "string" }] },
      { oneOf: [{}, { type: "string" }] },
      "/A/oneOf/0",
    ],
    ["null for a property", { properties: { a: null } }, { properties: { a: {} } }, "/A/properties/a"],
    ["allOf that is no list", { allOf: { type: "string" } }, { allOf: [{ type: "string" }] }, "/A/allOf"],
    ["anyOf that is a string", { anyOf: "x" }, {}, "/A/anyOf"],
    ["properties that are a list", { properties: ["a"] }, {}, "/A/properties"],
    ["required that is a flag", { type: "string", required: true }, { type: "string" }, "/A/required"],
    ["a required name that is none", { required: ["a", 1] }, { required: ["a"] }, "/A/required"],
    ["a type that is none", { type: "any" }, {}, "/A/type"],
    ["a type in capitals", { type: "String" }, { type: "string" }, "/A/type"],
    ["one type of several", { type: ["string", "any"] }, {}, "/A/type"],
    ["an enum that is no list", { enum: "a" }, {}, "/A/enum"],
    ["an enum that is empty", { type: "string", enum: [] }, { type: "string" }, "/A/enum"],
    [
      "a type that no value of the enum has",
      { type: "object", enum: ["a", null] },
      { enum: ["a", null] },
      "/A/type",
    ],
    ["a description that is a number", { description: 1 }, {}, "/A/description"],
    ["a length that is a string", { maxLength: "10" }, {}, "/A/maxLength"],
    ["nullable that is a string", { type: "string", nullable: "yes" }, { type: "string" }, "/A/nullable"],
    ["a $ref that is no string", { $ref: { a: 1 }, type: "string" }, { type: "string" }, "/A/$ref"],
  ])("loses that alone: %s", async (_, schema, want, where) => {
    const result = await normalized(schema);
    expect(result.schema).toEqual(want);
    expect(result.warnings).toMatchObject([
      { severity: "warning", pointer: `#/components/schemas${where}`, fix: expect.any(String) },
    ]);
  });

  test.each([["description"], ["required"], ["enum"], ["properties"], ["format"]])(
    "is not told of a keyword that was left empty in YAML: %s",
    async (keyword) => {
      expect(await normalized({ type: "object", [keyword]: null })).toEqual({
        schema: { type: "object" },
        warnings: [],
      });
    },
  );

  test("is told of once, wherever it is used, and so often as it is there at most", async () => {
    const wrong = Object.fromEntries(
      Array.from({ length: 130 }, (_, index) => [`p${index}`, { type: "any" }]),
    );
    const { warnings } = await normalized({ properties: { ...wrong, again: B, more: B } }, { B: {} });
    expect(warnings).toHaveLength(100);
    expect(warnings.at(-1)).toMatchObject({ more: 30 });
  });
});

describe("data in a schema", () => {
  test.each([
    ["example", { example: { $ref: "#/nowhere", properties: 1 } }],
    ["default", { default: { $ref: "./none.yaml" } }],
    ["enum", { enum: [{ $ref: 1 }, null] }],
    ["const", { const: { allOf: 1 } }],
    ["extensions", { "x-meta": { $ref: "#/nowhere", oneOf: "x" } }],
    [
      "a property that is called like a keyword",
      { properties: { $ref: {}, type: {}, allOf: {}, __proto__: {} } },
    ],
  ])("is not read as a schema: %s", async (_, schema) => {
    expect(await normalized(schema)).toEqual({ schema, warnings: [] });
  });
});

describe("a reference bound at run time", () => {
  test("is read as one to the schema of this file that has the anchor, with a warning", async () => {
    const Tree = { $dynamicAnchor: "node", type: "array", items: { $dynamicRef: "#node" } };
    const { schema, warnings } = await normalized({ items: { $ref: "#node" } }, { Tree });
    expect(schema).toEqual({ items: { $ref: "#/components/schemas/Tree" } });
    expect(warnings).toMatchObject([{ pointer: "#/components/schemas/Tree/items/$dynamicRef" }]);
  });
});
