import { describe, expect, test } from "vitest";
import { emitClient } from "../../../generator/src/emit-client.ts";
import { verifyOutput } from "../../../generator/src/verify-output.ts";
import { configOf, documentWith, modelOf, okResponses } from "../../support/documents.ts";

const withSchemas = (schemas: Record<string, unknown>) =>
  documentWith(okResponses, { components: { schemas } });

const enumsOf = async (schemas: Record<string, unknown>) => (await modelOf(withSchemas(schemas))).enums;

describe("enumsOf", () => {
  test.each<[string, unknown, unknown[]]>([
    ["an enumeration", { type: "string", enum: ["new", "used", "new"] }, ["new", "used"]],
    ["numbers", { type: "integer", enum: [1, -2] }, [1, -2]],
    ["one that may be null", { type: ["string", "null"], enum: ["a", null] }, ["a"]],
    ["constants with titles", { oneOf: [{ const: "a", title: "A" }, { const: "b" }] }, ["a", "b"]],
  ])("lists the values of %s", async (_, schema, values) => {
    expect(await enumsOf({ ItemStatus: schema })).toEqual([
      { name: "itemStatusValues", type: "ItemStatus", values },
    ]);
  });

  test.each([
    [{}],
    [{ enum: [{ a: 1 }] }],
    [{ enum: [true] }],
    [{ oneOf: [{ const: "a" }, { type: "string" }] }],
    [{ enum: [null] }],
  ])("lists none of %j", async (schema) => {
    expect(await enumsOf({ A: schema })).toEqual([]);
  });

  test("gives no constant the name of something else that the client exports", async () => {
    const schemas = { a: { enum: ["x"] }, A: { enum: ["y"] }, aValues: {} };
    expect((await enumsOf(schemas)).map(({ name }) => name)).toEqual(["aValues2", "aValues3"]);
  });
});

test("the client has a constant of each enumeration's values", async () => {
  const model = await modelOf(withSchemas({ ItemStatus: { enum: ['a"', "*/"] }, Rate: { enum: [0.5, -1] } }));
  const files = verifyOutput(emitClient(model, "", configOf()));
  const client = files.find(({ path }) => path.endsWith("client.ts"))?.content;
  expect(client).toContain(
    '/** Every value of `ItemStatus`. */\nexport const itemStatusValues = ["a\\"", "*/"] as const;\n',
  );
  expect(client).toContain("export const rateValues = [0.5, -1] as const;\n");
});
