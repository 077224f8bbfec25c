import { describe, expect, test } from "vitest";
import { asObject } from "../../../generator/src/document.ts";
import type { FilterEntry } from "../../../generator/src/model.ts";
import { documentOf, generatorErrorOf, okResponses, specOf } from "../../support/documents.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const using = (name: string, rest: Record<string, unknown> = {}) => ({
  responses: { "200": { description: "", content: { "application/json": { schema: ref(name) } } } },
  ...rest,
});

const document = documentOf(
  {
    "/items": {
      get: using("Item", { operationId: "listItems", tags: ["items"] }),
      post: using("Item", { tags: ["items", "admin"] }),
    },
    "/items/{id}": {
      delete: using("Problem", { deprecated: true, parameters: [{ name: "id", in: "path", schema: {} }] }),
    },
    "/items/{id}/parts": { get: using("Part", { parameters: [{ name: "id", in: "path", schema: {} }] }) },
    "/broken": { get: { ...okResponses, tags: ["broken"], parameters: [{ $ref: "#/nowhere" }] } },
  },
  {
    components: {
      schemas: {
        Item: { properties: { part: ref("Part") } },
        Part: { discriminator: { propertyName: "kind" }, properties: { kind: { type: "string" } } },
        Wheel: { allOf: [ref("Part"), { properties: { size: ref("Size") } }] },
        Size: {},
        Problem: {},
      },
    },
  },
);

const at = { file: "/openapi-m2m.config.json", line: 1, column: 1 };

const entries = (by: FilterEntry["by"], ...values: (string | boolean)[]): FilterEntry[] =>
  values.map((value, index) => ({ by, value, pointer: `${by}[${index}]`, at }));

type Filters = { include?: FilterEntry[]; exclude?: FilterEntry[] };

async function chosen(filters: Filters) {
  const spec = await specOf(document, filters);
  return {
    operations: spec.operations.map(({ method, path }) => `${method} ${path}`),
    schemas: Object.keys(asObject(asObject(spec.document["components"])["schemas"])),
    warnings: spec.warnings,
  };
}

describe("include and exclude", () => {
  test.each<[string, Filters, string[]]>([
    ["operationId", { include: entries("operations", "listItems") }, ["get /items"]],
    ["method and path", { include: entries("operations", "delete  /items/{id}") }, ["delete /items/{id}"]],
    ["tag", { include: entries("tags", "admin") }, ["post /items"]],
    ["path", { include: entries("paths", "/items/{id}") }, ["delete /items/{id}"]],
    ["a segment", { include: entries("paths", "/items/*") }, ["delete /items/{id}"]],
    [
      "all below a path",
      { include: entries("paths", "/items/**") },
      ["delete /items/{id}", "get /items/{id}/parts"],
    ],
    ["deprecated", { include: entries("deprecated", true) }, ["delete /items/{id}"]],
    [
      "several",
      { include: [...entries("operations", "listItems"), ...entries("paths", "/*/*/parts")] },
      ["get /items", "get /items/{id}/parts"],
    ],
    [
      "all but deprecated ones and a tag",
      { exclude: [...entries("deprecated", true), ...entries("tags", "admin", "broken")] },
      ["get /items", "get /items/{id}/parts"],
    ],
    [
      "one of the included",
      { include: entries("tags", "items"), exclude: entries("tags", "admin") },
      ["get /items"],
    ],
  ])("choose operations by %s", async (_, filters, want) => {
    expect((await chosen(filters)).operations).toEqual(want);
  });

  test("leave only the schemas that the operations use, and those that extend what is told apart", async () => {
    expect((await chosen({ include: entries("operations", "listItems") })).schemas).toEqual([
      "Item",
      "Part",
      "PartBase",
      "Wheel",
      "Size",
    ]);
    expect((await chosen({ include: entries("deprecated", true) })).schemas).toEqual(["Problem"]);
  });

  test("leave out what is wrong with operations that are left out", async () => {
    expect((await chosen({ exclude: entries("tags", "broken") })).warnings).toEqual([]);
    expect((await chosen({ exclude: entries("tags", "admin") })).warnings).toHaveLength(1);
  });

  test.each<[FilterEntry["by"], string | boolean, string | undefined]>([
    ["operations", "listItem", 'did you mean "listItems"?'],
    ["operations", "GET /itms", 'did you mean "GET /items"?'],
    ["tags", "itmes", 'did you mean "items"?'],
    ["paths", "/item", 'did you mean "/items"?'],
  ])("warn of an entry that is about nothing, at its place in the config: %s %s", async (by, value, fix) => {
    const { warnings } = await chosen({ exclude: [...entries(by, value), ...entries("tags", "broken")] });
    expect(warnings).toMatchObject([{ ...at, severity: "warning", pointer: `${by}[0]`, fix }]);
  });

  const everything = entries("paths", "/items", "/nowhere", "/**");

  test.each<[what: string, Filters, want: object[]]>([
    [
      "each entry of include, what it may mean with it",
      { include: entries("tags", "itmes", "none"), exclude: entries("tags", "admin") },
      [
        { pointer: "tags[0]", message: 'no operation has the tag "itmes", and none is left' },
        { pointer: "tags[1]", message: 'no operation has the tag "none", and none is left' },
      ],
    ],
    ["the entry of exclude", { exclude: entries("paths", "/**") }, [{ pointer: "paths[0]" }]],
    [
      "the entries of exclude that are about something",
      { include: entries("tags", "items"), exclude: everything },
      [{ pointer: "paths[0]" }, { pointer: "paths[2]", fix: "exclude less" }],
    ],
  ])("are ERR_DOCUMENT_EMPTY when they leave nothing, at %s", async (_, filters, want) => {
    const error = await generatorErrorOf(() => specOf(document, filters));
    expect(error.code).toBe("ERR_DOCUMENT_EMPTY");
    expect(error.diagnostics).toMatchObject(want.map((entry) => ({ ...at, severity: "error", ...entry })));
  });

  test("are not to blame for a document without operations", async () => {
    const error = await generatorErrorOf(() => specOf(documentOf({}), { exclude: everything }));
    expect(error.diagnostics).toMatchObject([{ pointer: "#/paths" }]);
  });
});
