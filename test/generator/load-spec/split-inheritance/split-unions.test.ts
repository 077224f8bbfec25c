import { describe, expect, test } from "vitest";
import { splitUnions } from "../../../../generator/src/load-spec/split-inheritance/split-unions.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const Pet = { description: "A pet.", oneOf: [ref("Cat"), ref("Dog")] };
const properties = { name: { type: "string" } };
const Dog = { type: "object" };

describe("splitUnions", () => {
  test("lets members extend what a union says of all of them", () => {
    const schemas = {
      Pet: { ...Pet, type: "object", properties },
      Cat: { allOf: [ref("Pet"), { allOf: [ref("Pet")], type: "object" }] },
      Dog,
    };
    expect(splitUnions(schemas)).toEqual({
      Pet: { ...Pet, allOf: [ref("PetBase")] },
      PetBase: { description: "A pet.", type: "object", properties },
      Cat: { allOf: [ref("PetBase"), { allOf: [ref("PetBase")], type: "object" }] },
      Dog,
    });
  });

  test("leaves a union out of its members that says nothing of them", () => {
    const Cat = { allOf: [ref("Pet"), { allOf: [ref("Pet")], properties }], required: ["name"] };
    const schemas = { Pet: { ...Pet, type: "object" }, Cat, Dog: { allOf: [ref("Pet")], properties } };
    expect(splitUnions(schemas)).toEqual({
      Pet: schemas.Pet,
      Cat: { allOf: [{ properties }], required: ["name"] },
      Dog: { properties },
    });
  });

  test("keeps what a member extends by way of others", () => {
    const schemas = { Pet, Cat: { allOf: [ref("Furry")] }, Furry: { allOf: [ref("Pet")], properties }, Dog };
    expect(splitUnions(schemas)).toEqual({ ...schemas, Furry: { properties } });
  });

  test("gives what all have in common the name of no other schema", () => {
    const schemas = { Pet: { ...Pet, properties }, Cat: { allOf: [ref("Pet")] }, Dog, PetBase: {} };
    expect(splitUnions(schemas)).toMatchObject({ Cat: { allOf: [ref("PetBase2")] } });
  });

  test.each<[string, Record<string, unknown>]>([
    ["members that hold the union", { Pet, Cat: { properties: { friend: ref("Pet") } }, Dog }],
    [
      "members that say nothing else, which are reported",
      { Pet, Cat: { allOf: [ref("Pet")] }, Dog: ref("Pet") },
    ],
    ["circles without a union", { A: { allOf: [ref("B")] }, B: { allOf: [ref("A")] } }],
    ["unions of unions", { A: { oneOf: [ref("B")] }, B: { oneOf: [ref("A"), { type: "null" }] } }],
    [
      "what extends a union and is no member of it",
      { Pet, Cat: {}, Dog, Toy: { allOf: [ref("Pet")], properties } },
    ],
  ])("leaves alone %s", (_, schemas) => {
    expect(splitUnions(schemas)).toEqual(schemas);
  });
});
