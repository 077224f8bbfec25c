import { describe, expect, test } from "vitest";
import { requiredProperties } from "../../../generator/src/build-model/required-properties.ts";

const document = {
  components: {
    schemas: {
      Id: { type: "string", readOnly: true },
      Named: { required: ["name"], properties: { name: { type: "string" } } },
      Alias: { $ref: "#/components/schemas/Named" },
      Circle: { allOf: [{ $ref: "#/components/schemas/Circle" }, { required: ["c"] }] },
    },
  },
};
const named = { $ref: "#/components/schemas/Named" };

describe("requiredProperties", () => {
  const of = (mediaType: string, media: object, omit: readonly string[] = []) =>
    requiredProperties(document, { mediaType, media: { ...media }, omit });

  test.each<[unknown, readonly string[]]>([
    [{ required: ["a", 1], properties: { a: {} } }, ["a"]],
    [named, ["name"]],
    [{ $ref: "#/components/schemas/Alias" }, ["name"]],
    [{ $ref: "#/components/schemas/Named", required: ["a"] }, ["a", "name"]],
    [{ allOf: [named, { required: ["name", "b"] }] }, ["name", "b"]],
    [{ allOf: [{ allOf: [named] }, { required: ["b"] }] }, ["name", "b"]],
    [{ $ref: "#/components/schemas/Circle" }, ["c"]],
  ])("are those that %j has itself, refers to or is made of", (schema, want) => {
    expect(of("multipart/form-data", { schema })).toEqual(want);
    expect(of("application/x-www-form-urlencoded", { schema })).toEqual(want);
  });

  test.each<[unknown, readonly string[]]>([
    [{ required: ["id"], properties: { id: { $ref: "#/components/schemas/Id" } } }, []],
    [{ required: ["id"], properties: { id: { allOf: [{ readOnly: true }] } } }, []],
    [{ allOf: [{ required: ["id"] }, { properties: { id: { readOnly: true } } }] }, []],
    [{ required: ["id"] }, ["id"]],
  ])("are not those that are never sent: %j, %j", (schema, omit) => {
    expect(of("multipart/form-data", { schema }, omit)).toBeUndefined();
  });

  test.each<[string, object]>([
    ["application/json", { schema: named }],
    ["multipart/form-data", { schema: { oneOf: [named, { required: ["b"] }] } }],
    ["multipart/form-data", {}],
  ])("are none of %s %j", (mediaType, media) => {
    expect(of(mediaType, media)).toBeUndefined();
  });
});
