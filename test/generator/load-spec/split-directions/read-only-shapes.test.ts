import { describe, expect, test } from "vitest";
import { documentWith, specOf } from "../../../support/documents.ts";

const string = { type: "string" };
const readOnly = { ...string, readOnly: true };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Record<string, unknown>) => ({ type: "object", properties });
const list = (items: unknown) => ({ type: "array", items });

async function shapesOf(schema: unknown, schemas: Record<string, unknown> = {}) {
  const content = { "application/json": { schema } };
  const document = documentWith({ requestBody: { content }, responses: {} }, { components: { schemas } });
  const { operations, readOnlyShapes } = await specOf(document);
  return { place: operations[0]?.readOnly?.["application/json"], shapes: readOnlyShapes ?? {} };
}

describe("readOnlyShapes", () => {
  test.each<[string, unknown, Record<string, unknown>, unknown, unknown]>([
    ["a property", object({ id: readOnly, name: string }), {}, { omit: ["id"] }, {}],
    ["nothing", object({ name: string }), {}, undefined, {}],
    [
      "elements of lists and values of maps",
      object({ list: list(ref("A")), map: { additionalProperties: ref("A") } }),
      { A: object({ id: readOnly }) },
      { properties: { list: { items: "A" }, map: { additionalProperties: "A" } } },
      { A: { omit: ["id"] } },
    ],
    [
      "values of a map beside properties of its own",
      { ...object({ own: object({ id: string }), id: readOnly }), additionalProperties: ref("A") },
      { A: object({ id: readOnly }) },
      { omit: ["id"], properties: { own: {} }, additionalProperties: "A" },
      { A: { omit: ["id"] } },
    ],
    [
      "values under names of a pattern",
      { type: "object", patternProperties: { "^x-": object({ id: readOnly }) } },
      {},
      { additionalProperties: { omit: ["id"] } },
      {},
    ],
    [
      "the places of a tuple",
      { type: "array", prefixItems: [object({ id: readOnly }), object({ id: string })], items: ref("A") },
      { A: object({ at: readOnly }) },
      { prefixItems: [{ omit: ["id"] }, {}], items: "A" },
      { A: { omit: ["at"] } },
    ],
    [
      "all parts of a combination",
      { allOf: [ref("A"), object({ at: readOnly })] },
      { A: object({ id: readOnly }) },
      "A",
      { A: { omit: ["at", "id"] } },
    ],
    [
      "members of a union that agree",
      { oneOf: [object({ id: readOnly, at: readOnly }), object({ id: string })] },
      {},
      { omit: ["at"] },
      {},
    ],
    [
      "what is read-only as a whole, once",
      object({ meta: { ...object({ id: readOnly }), readOnly: true } }),
      {},
      { omit: ["meta"] },
      {},
    ],
    [
      "a tree",
      ref("Node"),
      { Node: object({ id: readOnly, children: list(ref("Node")) }) },
      "Node",
      { Node: { omit: ["id"], properties: { children: { items: "Node" } } } },
    ],
    [
      "a schema within itself by way of others",
      ref("A"),
      {
        A: object({ b: { anyOf: [ref("B"), string] } }),
        B: { additionalProperties: ref("C") },
        C: object({ id: readOnly, a: ref("A"), c: object({ c: ref("C") }) }),
      },
      "A",
      {
        A: { properties: { b: "B" } },
        B: { additionalProperties: "C" },
        C: { omit: ["id"], properties: { a: "A", c: { properties: { c: "C" } } } },
      },
    ],
    [
      "a tree whose children are combined anew",
      ref("Node"),
      {
        Node: object({ id: readOnly, child: { allOf: [ref("Node"), object({ at: readOnly })] } }),
        Node2: object({ id: string }),
      },
      "Node",
      {
        Node: { omit: ["id"], properties: { child: "Node3" } },
        Node3: { omit: ["at", "id"], properties: { child: "Node3" } },
      },
    ],
    [
      "schemas of which one leads to none",
      object({ a: ref("A"), b: ref("B") }),
      { A: object({ a: ref("A"), secret: { ...string, writeOnly: true } }), B: object({ id: readOnly }) },
      { properties: { b: "B" } },
      { B: { omit: ["id"] } },
    ],
  ])("tell where read-only values are: in %s", async (_, schema, schemas, place, shapes) => {
    const found = await shapesOf(schema, schemas);
    expect(found.place).toEqual(place);
    expect(found.shapes).toEqual(shapes);
  });

  test("keep what one schema of too many calls writable", async () => {
    const members = Array.from({ length: 1200 }, (_, index) =>
      object({ id: readOnly, [`p${index}`]: string }),
    );
    expect((await shapesOf({ oneOf: members })).place).toBeUndefined();
  });
});
