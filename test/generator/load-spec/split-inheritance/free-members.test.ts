import { describe, expect, test } from "vitest";
import { freeMembers } from "../../../../generator/src/load-spec/split-inheritance/free-members.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function freed(schemas: Record<string, unknown>) {
  const told: string[] = [];
  return { schemas: freeMembers(schemas, (name) => told.push(name)), told };
}

const Pet = { oneOf: [ref("Cat"), ref("Dog")] };

describe("freeMembers", () => {
  test("leaves a union out of what its members are made of", () => {
    const Cat = { allOf: [ref("Pet"), { allOf: [ref("Pet")], type: "object" }] };
    const { schemas, told } = freed({ Pet, Cat, Dog: ref("Pet") });
    expect(schemas).toEqual({ Pet, Cat: { allOf: [{ type: "object" }] }, Dog: {} });
    expect(told).toEqual(["Cat", "Dog"]);
  });

  test("does so by way of others", () => {
    const schemas = { Pet, Cat: { allOf: [ref("Furry")] }, Furry: { allOf: [ref("Pet")] }, Dog: {} };
    expect(freed(schemas).told).toEqual(["Cat", "Furry"]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["members that hold the union", { Pet, Cat: { properties: { friend: ref("Pet") } }, Dog: {} }],
    [
      "circles without a union, which are cut elsewhere",
      { A: { allOf: [ref("B")] }, B: { allOf: [ref("A")] } },
    ],
    ["unions of unions", { A: { oneOf: [ref("B")] }, B: { oneOf: [ref("A"), { type: "null" }] } }],
  ])("keeps %s", (_, schemas) => {
    expect(freed(schemas).schemas).toBe(schemas);
  });
});
