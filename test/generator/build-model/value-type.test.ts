import { describe, expect, test } from "vitest";
import { valueType } from "../../../generator/src/build-model/value-type.ts";

const document = {
  components: {
    schemas: {
      Text: { type: "string" },
      Texts: { type: "array", items: { type: "string" } },
      Alias: { $ref: "#/components/schemas/Texts" },
      Circle: { anyOf: [{ $ref: "#/components/schemas/Circle" }, { type: "string" }] },
    },
  },
};
const text = { $ref: "#/components/schemas/Text" };
const texts = { $ref: "#/components/schemas/Texts" };
const map = { type: "object" };

describe("valueType", () => {
  test.each<[unknown, ReturnType<typeof valueType>]>([
    [{ type: "string" }, undefined],
    [{ type: ["integer", "null"] }, undefined],
    [text, undefined],
    [{ enum: ["a", 1, null] }, undefined],
    [{ const: "a" }, undefined],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, undefined],
    [{ allOf: [text, { description: "a text" }] }, undefined],
    [{ oneOf: [text], description: "a text" }, undefined],
    [{ anyOf: [text, { allOf: [text] }] }, undefined],
    [false, undefined],
    [texts, "array"],
    [{ $ref: "#/components/schemas/Alias" }, "array"],
    [{ type: ["array", "string"] }, "array"],
    [{ anyOf: [text, texts] }, "array"],
    [{ allOf: [{}, texts] }, "array"],
    [{ const: ["a"] }, "array"],
    [map, "object"],
    [{ type: ["object", "null"] }, "object"],
    [{ oneOf: [text, map] }, "object"],
    [{ enum: [{ a: 1 }, "a"] }, "object"],
    [{ anyOf: [texts, map] }, "any"],
    [{ type: "object", anyOf: [texts, map] }, "object"],
    [{ type: ["array", "object"] }, "any"],
    [{ description: "anything" }, "any"],
    [{ pattern: "^a" }, "any"],
    [{ type: "any" }, "any"],
    [{ allOf: [] }, "any"],
    [{ $ref: "#/components/schemas/Missing" }, "any"],
    [{ $ref: "#/components/schemas/Circle" }, "any"],
    [true, "any"],
    [undefined, "any"],
  ])("of %j is %s", (schema, want) => {
    expect(valueType(document, schema)).toBe(want);
  });

  test("looks at a schema once, however often it is combined with itself", () => {
    const schemas: Record<string, unknown> = { S0: { type: "string" } };
    for (let depth = 1; depth < 200; depth++) {
      const inner = { $ref: `#/components/schemas/S${depth - 1}` };
      schemas[`S${depth}`] = { allOf: [inner, inner], anyOf: [inner, inner] };
    }
    const schema = { $ref: "#/components/schemas/S199" };
    expect(valueType({ components: { schemas } }, schema)).toBeUndefined();
  });
});
