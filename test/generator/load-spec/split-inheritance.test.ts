import { describe, expect, test } from "vitest";
import { splitInheritance } from "../../../generator/src/load-spec/split-inheritance.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const extending = (...names: string[]) => ({ allOf: [...names.map(ref), { type: "object" }] });
const mappingTo = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([value, name]) => [value, ref(name).$ref]));

const kind = { type: "string", description: "Which." };

const petLike = (rest: object = {}) => ({
  type: "object",
  description: "A pet.",
  required: ["kind"],
  properties: { kind },
  discriminator: { propertyName: "kind" },
  ...rest,
});

const { discriminator: _, ...PetBase } = petLike();

const itself = (base: string, value: string) => ({
  allOf: [
    ref(base),
    { type: "object", properties: { kind: { ...kind, enum: [value] } }, required: ["kind"] },
  ],
});

describe("splitInheritance", () => {
  test("makes a union of a schema that others extend, which extend what they have in common", () => {
    const mapping = mappingTo({ cat: "Cat", "big dog": "Dog", dog: "Dog" });
    const Pet = petLike({ discriminator: { propertyName: "kind", mapping } });
    expect(splitInheritance({ Pet, Cat: extending("Pet"), Dog: extending("Pet") })).toEqual({
      Pet: {
        description: "A pet.",
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "kind", mapping },
      },
      PetBase,
      Cat: extending("PetBase"),
      Dog: extending("PetBase"),
    });
  });

  test("without a mapping, tells all that extend it by their names, and itself", () => {
    const schemas = splitInheritance({ Pet: petLike(), Cat: extending("Pet") });
    expect(schemas["Pet"]).toMatchObject({
      oneOf: [itself("PetBase", "Pet"), ref("Cat")],
      discriminator: { mapping: mappingTo({ Cat: "Cat" }) },
    });
  });

  test("makes unions of schemas between as well", () => {
    const schemas = { Pet: petLike(), Cat: extending("Pet"), Lion: extending("Cat") };
    expect(splitInheritance(schemas)).toMatchObject({
      Pet: { oneOf: [itself("PetBase", "Pet"), ref("Cat"), ref("Lion")] },
      Cat: { oneOf: [itself("CatBase", "Cat"), ref("Lion")] },
      CatBase: extending("PetBase"),
      Lion: extending("CatBase"),
    });
  });

  test("keeps what a schema was a union of, and what it says of members that do not extend it", () => {
    const mapping = mappingTo({ cat: "Cat", fish: "Fish", other: "Other" });
    const discriminator = { propertyName: "kind", mapping };
    const Pet = { ...petLike({ discriminator }), oneOf: [ref("Cat"), ref("Fish")] };
    expect(splitInheritance({ Pet, Cat: extending("Pet"), Fish: {}, Other: {} })).toEqual({
      Pet: {
        description: "A pet.",
        allOf: [ref("PetBase")],
        oneOf: [ref("Cat"), ref("Fish")],
        discriminator: { propertyName: "kind", mapping: mappingTo({ cat: "Cat", fish: "Fish" }) },
      },
      PetBase,
      Cat: extending("PetBase"),
      Fish: {},
      Other: {},
    });
  });

  test("gives no base to those that extend what says nothing of them", () => {
    const Pet = { type: "object", oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } };
    const schemas = { Pet, Cat: extending("Pet"), Dog: extending("Pet") };
    expect(splitInheritance(schemas)).toEqual({
      Pet: {
        oneOf: [ref("Cat"), ref("Dog")],
        discriminator: { propertyName: "kind", mapping: mappingTo({ Cat: "Cat", Dog: "Dog" }) },
      },
      Cat: { allOf: [{ type: "object" }] },
      Dog: { allOf: [{ type: "object" }] },
    });
  });

  test("gives no schema the name of another", () => {
    expect(Object.keys(splitInheritance({ Pet: petLike(), Cat: extending("Pet"), PetBase: {} }))).toContain(
      "PetBase2",
    );
  });

  test.each<[string, Record<string, unknown>]>([
    ["no discriminator", { Pet: { type: "object" }, Cat: extending("Pet") }],
    ["nothing that extends it", { Pet: petLike(), Cat: ref("Pet") }],
    [
      "a mapping to others",
      {
        Pet: petLike({ discriminator: { propertyName: "kind", mapping: mappingTo({ a: "A" }) } }),
        Cat: extending("Pet"),
        A: {},
      },
    ],
  ])("leaves a schema alone that has %s", (_, schemas) => {
    expect(splitInheritance(schemas)).toBe(schemas);
  });
});
