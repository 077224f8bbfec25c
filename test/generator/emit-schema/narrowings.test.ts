import { describe, expect, test } from "vitest";
import { findNarrowings, narrowSchema } from "../../../generator/src/emit-schema/narrowings.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const kind = { type: "string" };
const withKind = (schema: object = kind) => ({ type: "object", properties: { kind: schema } });
const union = (names: string[], rest: object = {}) => ({
  oneOf: names.map(ref),
  discriminator: { propertyName: "kind", ...rest },
});

function narrowingsIn(schemas: Record<string, unknown>) {
  const { ofComponents, ofMembers } = findNarrowings({ components: { schemas } }, Object.values(schemas));
  const valuesOf = (found: typeof ofComponents) =>
    Object.fromEntries([...found].map(([name, { values }]) => [name, values]));
  return { ofComponents: valuesOf(ofComponents), ofMembers: valuesOf(ofMembers) };
}

const mapping = { cat: ref("Cat").$ref, "a dog": ref("Dog").$ref, dog: ref("Dog").$ref };

describe("findNarrowings", () => {
  test.each<[string, object, Record<string, unknown>]>([
    ["names without a mapping", { Cat: ["Cat"] }, { Pet: union(["Cat"]), Cat: withKind() }],
    [
      "every value of a mapping, and a name where there is none",
      { Cat: ["cat"], Dog: ["a dog", "dog"], Fish: ["Fish"] },
      { Pet: union(["Cat", "Dog", "Fish"], { mapping }), Cat: withKind(), Dog: {}, Fish: {} },
    ],
    [
      "numbers and booleans by the type of the property",
      { Cat: [1], Dog: [true] },
      {
        Pet: union(["Cat", "Dog"], { mapping: { 1: ref("Cat").$ref, true: ref("Dog").$ref } }),
        Cat: withKind({ type: "integer" }),
        Dog: withKind({ type: "boolean" }),
      },
    ],
    [
      "the names of all unions",
      { Cat: ["Cat", "cat"] },
      { A: union(["Cat"]), B: union(["Cat"], { mapping }), Cat: {} },
    ],
    [
      "only what an enumeration has",
      { Cat: ["cat"] },
      { Pet: union(["Cat"], { mapping }), Cat: withKind({ enum: ["cat", "dog"] }) },
    ],
    ["nothing that an enumeration lacks", {}, { Pet: union(["Cat"]), Cat: withKind({ enum: ["cat"] }) }],
    [
      "nothing that is said already",
      {},
      { Pet: union(["Cat"], { mapping }), Cat: withKind({ const: "cat" }) },
    ],
    [
      "nothing of the default for all others",
      { Cat: ["cat"] },
      { Pet: union(["Cat", "Dog"], { mapping, defaultMapping: "Dog" }), Cat: {}, Dog: {} },
    ],
    ["nothing of unions of unions", {}, { Pet: union(["Cat"]), Cat: union([]) }],
    [
      "nothing by properties that are no scalars",
      {},
      { Pet: union(["Cat"]), Cat: withKind({ type: "object" }) },
    ],
  ])("finds %s", (_, want, schemas) => {
    expect(narrowingsIn(schemas)).toEqual({ ofComponents: want, ofMembers: {} });
  });

  test("leaves it to the union where another member extends the schema", () => {
    const Cat = { allOf: [ref("Pet"), { type: "object" }] };
    expect(narrowingsIn({ Any: union(["Pet", "Cat"]), Pet: withKind(), Cat })).toEqual({
      ofComponents: { Cat: ["Cat"] },
      ofMembers: { Pet: ["Pet"] },
    });
  });
});

describe("narrowSchema", () => {
  const narrowing = { property: "kind", values: ["cat"] };

  test("narrows the property where it is declared, and requires it", () => {
    const schema = {
      type: "object",
      required: ["a"],
      properties: { kind: { ...kind, description: "Which." }, a: {} },
    };
    expect(narrowSchema(schema, narrowing)).toEqual({
      type: "object",
      required: ["a", "kind"],
      properties: { kind: { ...kind, description: "Which.", enum: ["cat"] }, a: {} },
    });
  });

  test("adds it to a schema that does not declare it", () => {
    expect(narrowSchema(ref("Cat"), narrowing)).toEqual({
      allOf: [ref("Cat"), { type: "object", properties: { kind: { enum: ["cat"] } }, required: ["kind"] }],
    });
  });
});
