import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asObject } from "../../../../../generator/src/document.ts";
import { loadSpec } from "../../../../../generator/src/load-spec.ts";
import { documentWith, generatorErrorOf, okResponses, targetOf } from "../../../../support/documents.ts";
import { folderWith } from "../../../../support/folder.ts";

const Cat = { type: "object", properties: { kind: { type: "string" } } };

async function petOf(
  pet: unknown,
  schemas: Record<string, unknown> = {},
  files: Record<string, unknown> = {},
) {
  const document = documentWith(okResponses, {
    components: { schemas: { Pet: pet, Cat, "Big Dog": Cat, ...schemas } },
  });
  const folder = folderWith({ "api.json": document, "Bird.yaml": Cat, "more.yaml": { Fish: Cat }, ...files });
  const { document: loaded, warnings } = await loadSpec(targetOf(join(folder, "api.json")));
  return { pet: asObject(asObject(asObject(loaded["components"])["schemas"])["Pet"]), warnings };
}

const discriminator = (mapping?: Record<string, unknown>) => ({
  propertyName: "kind",
  ...(mapping && { mapping }),
});

describe("a discriminator", () => {
  test.each<[string, unknown, string]>([
    ["a name", "Cat", "#/components/schemas/Cat"],
    ["a reference", "#/components/schemas/Cat", "#/components/schemas/Cat"],
    ["a name with a space", "Big Dog", "#/components/schemas/Big Dog"],
    ["a reference with a space", "#/components/schemas/Big Dog", "#/components/schemas/Big Dog"],
    ["a reference with an encoded space", "#/components/schemas/Big%20Dog", "#/components/schemas/Big Dog"],
    ["a file", "./Bird.yaml", "#/components/schemas/Bird"],
    ["a part of a file", "more.yaml#/Fish", "#/components/schemas/Fish"],
    ["a name that looks like a file", "Dog.yaml", "#/components/schemas/Dog.yaml"],
  ])("maps values to components, whatever it calls them: %s", async (_, name, want) => {
    const { pet, warnings } = await petOf({ discriminator: discriminator({ x: name }) }, { "Dog.yaml": Cat });
    expect(pet["discriminator"]).toEqual(discriminator({ x: want }));
    expect(warnings).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["no schema", "Dgo"],
    ["a reference to nothing", "#/components/schemas/Dgo"],
    ["no name", 1],
    ["a file that is missing", "./Dgo.yaml"],
  ])("loses a value that is mapped to %s, with a warning", async (_, name) => {
    const { pet, warnings } = await petOf({ discriminator: discriminator({ x: name, cat: "Cat" }) });
    expect(pet["discriminator"]).toEqual(discriminator({ cat: "#/components/schemas/Cat" }));
    expect(warnings).toMatchObject([{ pointer: "#/components/schemas/Pet/discriminator/mapping/x" }]);
  });

  test("needs the file of a value that something else refers to as well", async () => {
    const oneOf = [{ $ref: "./Dgo.yaml" }];
    const error = await generatorErrorOf(() =>
      petOf({ oneOf, discriminator: discriminator({ x: "./Dgo.yaml" }) }),
    );
    expect(error.code).toBe("ERR_DOCUMENT_REF");
  });

  test("tells schemas by the names that they had before they became components", async () => {
    const oneOf = [{ $ref: "Bird.yaml" }, { $ref: "#/components/schemas/Cat" }, { $ref: "more.yaml#/Fish" }];
    const { pet } = await petOf({ oneOf, discriminator: discriminator() }, { Bird: {}, Fish: {} });
    expect(pet["oneOf"]).toEqual([
      { $ref: "#/components/schemas/BirdFile" },
      { $ref: "#/components/schemas/Cat" },
      { $ref: "#/components/schemas/MoreFish" },
    ]);
    expect(pet["discriminator"]).toEqual(
      discriminator({ Bird: "#/components/schemas/BirdFile", Fish: "#/components/schemas/MoreFish" }),
    );
  });

  test.each([
    ["a string, as in Swagger 2.0", "kind"],
    ["without propertyName", {}],
  ])("is left out when it is %s, with a warning", async (_, value) => {
    const { pet, warnings } = await petOf({ type: "object", discriminator: value });
    expect(pet).toEqual({ type: "object" });
    expect(warnings).toHaveLength(1);
  });

  test("that is one of a property's name only is no discriminator", async () => {
    const schema = { properties: { discriminator: { type: "string" } } };
    expect(await petOf(schema)).toEqual({ pet: schema, warnings: [] });
  });
});
