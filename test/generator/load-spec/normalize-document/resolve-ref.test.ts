import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asObject, resolve } from "../../../../generator/src/document.ts";
import { loadSpec } from "../../../../generator/src/load-spec.ts";
import type { LoadedSpec } from "../../../../generator/src/model.ts";
import {
  documentOf,
  documentWith,
  generatorErrorOf,
  okResponses,
  targetOf,
} from "../../../support/documents.ts";
import { folderWith } from "../../../support/folder.ts";

const load = (files: Record<string, unknown>, strict = false) =>
  loadSpec(targetOf(join(folderWith(files), "api.yaml"), { strict }));

const answer = (schema: unknown) => ({
  responses: { "200": { description: "Fine.", content: { "application/json": { schema } } } },
});

/** A document of which `GET /things` answers with what the reference leads to. */
const referring = (ref: string, rest: Record<string, unknown> = {}) =>
  documentWith(answer({ $ref: ref }), rest);

/** The answer's schema, and what it means in the end. */
function answered(spec: LoadedSpec): { ref: unknown; schema: unknown } {
  const { content } = resolve(spec.document, asObject(spec.operations[0]?.operation["responses"])["200"]);
  const { schema } = asObject(asObject(content)["application/json"]);
  return { ref: asObject(schema)["$ref"], schema: resolve(spec.document, schema) };
}

const schemasOf = ({ document }: LoadedSpec) => asObject(asObject(document["components"])["schemas"]);

const size = { type: "integer", title: "Size" };

describe("a reference to what is no component becomes one to a component named after the place", () => {
  const Item = { allOf: [{ properties: { size } }, { $ref: "#/components/schemas/Base" }] };
  const Base = { properties: { size }, $defs: { Size: { ...size, $anchor: "size" } }, items: [size] };
  const components = {
    schemas: {
      Item,
      Base,
      "a/b": { properties: { "50%": size } },
      Alias: { $ref: "#/components/schemas/Base" },
    },
  };
  const paths = {
    "/sizes/{id}": { get: { ...answer(size), parameters: [{ name: "id", in: "path", schema: size }] } },
    "/shared": { get: { responses: { "200": { $ref: "#/components/responses/Sized" } } } },
  };
  const responses = { Sized: { description: "x", content: { "text/plain": { schema: size } } } };

  test.each([
    ["allOf/0", "#/components/schemas/Item/allOf/0/properties/size", "ItemAllOf0Size"],
    ["a property", "#/components/schemas/Base/properties/size", "BaseSize"],
    ["an item of a list", "#/components/schemas/Base/items/0", "BaseItems0"],
    ["a local definition", "#/components/schemas/Base/$defs/Size", "BaseSize2"],
    ["a schema with an anchor", "#size", "BaseSize2"],
    ["a definition of the document", "#/definitions/Size", "Size"],
    ["an extension", "#/x-parts/Size", "Size"],
    ["a name with a slash and a percent sign", "#/components/schemas/a~1b/properties/50%25", "AB50"],
    ["a parameter", "#/paths/~1sizes~1%7Bid%7D/get/parameters/0/schema", "SizesIdGetParameters0Schema"],
    [
      "a body",
      "#/paths/~1sizes~1{id}/get/responses/200/content/application~1json/schema",
      "SizesIdGetResponses200ApplicationJsonSchema",
    ],
    ["what is behind a reference", "#/components/schemas/Alias/properties/size", "BaseSize"],
    [
      "what is behind a response that is one",
      "#/paths/~1shared/get/responses/200/content/text~1plain/schema",
      "ResponsesSizedTextPlainSchema",
    ],
  ])("%s", async (_, ref, name) => {
    const document = documentOf(
      { "/things": { get: answer({ $ref: ref }) }, ...paths },
      {
        components: { schemas: components.schemas, responses },
        definitions: { Size: size },
        "x-parts": { Size: size },
      },
    );
    // One that is there already is not taken over.
    const spec = await load({
      "api.yaml": ref.includes("$defs") || ref === "#size" ? withTaken(document) : document,
    });
    expect(spec.warnings).toEqual([]);
    expect(answered(spec)).toMatchObject({ ref: `#/components/schemas/${name}`, schema: size });
  });

  const withTaken = (document: ReturnType<typeof documentOf>) => ({
    ...document,
    components: { responses, schemas: { ...components.schemas, BaseSize: {} } },
  });

  test("the same name, whatever else is added", async () => {
    const ref = "#/components/schemas/Base/properties/size";
    const before = await load({ "api.yaml": referring(ref, { components }) });
    const more = { ...components.schemas, Another: { items: { $ref: "#/components/schemas/Item/allOf/0" } } };
    const after = await load({ "api.yaml": referring(ref, { components: { schemas: more } }) });
    expect(answered(after)).toEqual(answered(before));
  });

  test("which the whole document is never", async () => {
    const { warnings } = await load({ "api.yaml": referring("#/info") });
    expect(warnings).toHaveLength(1);
  });
});

describe("references that lead to others", () => {
  test("end at the first that is a component", async () => {
    const schemas = { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/C" }, C: size };
    const spec = await load({ "api.yaml": referring("#/components/schemas/A", { components: { schemas } }) });
    expect(answered(spec)).toEqual({ ref: "#/components/schemas/A", schema: size });
  });

  test("are followed to the end where they are no schemas", async () => {
    const responses = { A: { $ref: "#/components/responses/B" }, B: answer(size).responses["200"] };
    const operation = { responses: { "200": { $ref: "#/components/responses/A" } } };
    const spec = await load({ "api.yaml": documentWith(operation, { components: { responses } }) });
    expect(spec.operations[0]?.operation["responses"]).toEqual({
      "200": { $ref: "#/components/responses/B" },
    });
    expect(answered(spec).schema).toEqual(size);
  });

  test.each([
    ["schemas", { schemas: { A: { $ref: "#/components/schemas/A" } } }, "#/components/schemas/A"],
    ["pointers", {}, "#/x-loop/a"],
  ])("in a circle mean nothing: %s", async (_, components, ref) => {
    const loop = { "x-loop": { $ref: "#/x-loop" } };
    const { warnings } = await load({ "api.yaml": referring(ref, { components, ...loop }) });
    expect(warnings.length).toBeGreaterThan(0);
  });

  test("have a kind, and mean nothing where another is due", async () => {
    const components = { parameters: { P: { name: "p", in: "query", schema: size } } };
    const spec = await load({ "api.yaml": referring("#/components/parameters/P", { components }) });
    expect(answered(spec).schema).toEqual({});
    expect(spec.warnings[0]?.message).toContain("leads to one of parameters, not of schemas");
  });
});

describe("a percent sign in a reference", () => {
  test.each([
    ["encodes", "#/components/schemas/A%20B", "A B"],
    ["means itself where that is what is there", "#/components/schemas/A%20C", "A%20C"],
    ["means itself where it encodes nothing", "#/components/schemas/100%", "100%"],
  ])("%s", async (_, ref, name) => {
    const schemas = { "A B": size, "A%20C": size, "100%": size };
    const spec = await load({ "api.yaml": referring(ref, { components: { schemas } }) });
    expect(spec.warnings).toEqual([]);
    expect(answered(spec)).toEqual({ ref: `#/components/schemas/${name.replace("%", "%25")}`, schema: size });
  });
});

test("references that double at each level end soon", async () => {
  const level = (index: number, other: string) => ({ $ref: `#/x/${other}${index + 1}/k/k` });
  const levels = Array.from({ length: 60 }, (_, index) => [
    [`a${index}`, level(index, "b")],
    [`b${index}`, level(index, "a")],
  ]).flat();
  const spec = await load({ "api.yaml": referring("#/x/a0/k/k", { x: Object.fromEntries(levels) }) });
  expect(spec.warnings).toHaveLength(1);
});

describe("a document of several files", () => {
  test.each([
    ["a file that is a schema", "./size.json", "size"],
    ["a part of a file", "parts/all.yaml#/definitions/Size", "Size"],
    ["a component of another document", "./other.yaml#/components/schemas/Size", "Size"],
    ["a name with a space", "./with%20space.yaml#/Size", "Size"],
    ["a part with an anchor", "./parts/all.yaml#sized", "Size"],
    ["what a file refers to in turn", "./chain.yaml#/Size", "size"],
  ])("has the parts of the others as components: %s", async (_, ref, name) => {
    const spec = await load({
      "api.yaml": referring(ref),
      "size.json": size,
      "parts/all.yaml": { definitions: { Size: { ...size, $anchor: "sized" } } },
      "other.yaml": { openapi: "3.0.0", components: { schemas: { Size: size } } },
      "with space.yaml": { Size: size },
      "chain.yaml": { Size: { $ref: "size.json" } },
    });
    expect(spec.warnings).toEqual([]);
    expect(answered(spec)).toMatchObject({ ref: `#/components/schemas/${name}`, schema: size });
  });

  test("calls a part as the document itself does", async () => {
    const schemas = { Extent: { $ref: "./size.json" } };
    const spec = await load({
      "api.yaml": referring("./size.json", { components: { schemas } }),
      "size.json": size,
    });
    expect(answered(spec)).toEqual({ ref: "#/components/schemas/Extent", schema: size });
    expect(Object.keys(schemasOf(spec))).toEqual(["Extent"]);
  });

  test("may have its components and its paths in others as wholes", async () => {
    const paths = { "/things": { get: answer({ $ref: "./schemas.yaml#/Thing" }) } };
    const spec = await load({
      "api.yaml": {
        openapi: "3.1.0",
        paths: { $ref: "./paths.yaml" },
        components: { schemas: { $ref: "schemas.yaml" } },
      },
      "paths.yaml": paths,
      "schemas.yaml": { Thing: { items: { $ref: "#/Size" } }, Size: size, Unused: {} },
    });
    expect(spec.warnings).toEqual([]);
    expect(Object.keys(schemasOf(spec))).toEqual(["Thing", "Size", "Unused"]);
    expect(schemasOf(spec)["Thing"]).toEqual({ items: { $ref: "#/components/schemas/Size" } });
  });

  test("keeps apart what is called the same in two files", async () => {
    const schema = {
      oneOf: [{ $ref: "a.yaml#/Size" }, { $ref: "b.yaml#/Size" }, { $ref: "#/components/schemas/Size" }],
    };
    const spec = await load({
      "api.yaml": documentWith(answer(schema), { components: { schemas: { Size: size } } }),
      "a.yaml": { Size: { title: "a" } },
      "b.yaml": { Size: { title: "b" } },
    });
    expect(schemasOf(spec)).toEqual({ Size: size, ASize: { title: "a" }, BSize: { title: "b" } });
  });

  test("may lead back, and in circles", async () => {
    const spec = await load({
      "api.yaml": referring("node.yaml#/Node", { components: { schemas: { Leaf: size } } }),
      "node.yaml": {
        Node: {
          properties: { next: { $ref: "#/Node" }, leaf: { $ref: "api.yaml#/components/schemas/Leaf" } },
        },
      },
    });
    const next = { $ref: "#/components/schemas/Node" };
    expect(answered(spec).schema).toEqual({
      properties: { next, leaf: { $ref: "#/components/schemas/Leaf" } },
    });
  });

  test("may be of very many files", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `part${index}.json`);
    const schema = { oneOf: names.map(($ref) => ({ $ref })) };
    const parts = Object.fromEntries(names.map((name) => [name, { title: name }]));
    const spec = await load({ "api.yaml": documentWith(answer(schema)), ...parts });
    expect(Object.keys(schemasOf(spec))).toHaveLength(names.length);
  });

  test("may refer to itself by the name that it gives itself (3.2)", async () => {
    const $self = "https://example.com/api";
    const document = {
      ...referring(`${$self}#/components/schemas/A`, { components: { schemas: { A: size } } }),
      $self,
    };
    expect(answered(await load({ "api.yaml": document })).ref).toBe("#/components/schemas/A");
  });

  test("may refer to a schema by its $id", async () => {
    const A = { ...size, $id: "https://example.com/a.json" };
    const spec = await load({ "api.yaml": referring(A.$id, { components: { schemas: { A } } }) });
    expect(answered(spec).ref).toBe("#/components/schemas/A");
  });

  test("reads no file that only data refers to", async () => {
    const info = { title: "x", description: { $ref: "./none.md" } };
    const example = { $ref: "./none.yaml" };
    const links = { next: { $ref: "./none.yaml" } };
    const response = { description: "x", content: { "application/json": { schema: {}, example } }, links };
    const spec = await load({ "api.yaml": documentWith({ responses: { "200": response } }, { info }) });
    expect(spec.warnings).toEqual([]);
  });

  test("is ERR_DOCUMENT_REF for a missing file, with every place, strict or not", async () => {
    const schema = { oneOf: [{ $ref: "./none.yaml" }, { $ref: "./no.json#/a" }] };
    const error = await generatorErrorOf(() => load({ "api.yaml": documentWith(answer(schema)) }));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
    expect(error.diagnostics).toMatchObject([
      { pointer: expect.stringMatching(/oneOf\/0\/\$ref$/) },
      { pointer: expect.stringMatching(/oneOf\/1\/\$ref$/) },
    ]);
  });
});

describe("a reference that leads nowhere", () => {
  test.each([
    ["a misspelt name", "#/components/schemas/Szie", 'did you mean "Size"?'],
    ["another kind", "#/components/responses/Size", "there is #/components/schemas/Size"],
    ["a slash that is missing", "#components/schemas/Size", "there is #/components/schemas/Size"],
  ])("is told with what it may mean: %s", async (_, ref, fix) => {
    const spec = await load({ "api.yaml": referring(ref, { components: { schemas: { Size: size } } }) });
    expect(spec.warnings).toMatchObject([{ fix }]);
  });

  test.each([
    ["#/definitions/Szie", 'did you mean "Size"?'],
    ["#/responses/Size", "there is #/definitions/Size"],
  ])("is told as Swagger 2.0 writes it: %s", async (ref, fix) => {
    const schema = { type: "object", properties: { size: { $ref: ref } } };
    const paths = { "/sizes": { get: { responses: { "200": { description: "", schema } } } } };
    const document = { swagger: "2.0", info: { title: "", version: "" }, paths, definitions: { Size: size } };
    const spec = await load({ "api.yaml": document });
    expect(spec.warnings).toMatchObject([{ message: `$ref "${ref}" leads nowhere`, fix }]);
  });

  test.each([
    ["parameter", { parameters: [{ $ref: "#/nowhere" }], ...okResponses }, "parameters"],
    ["response", { responses: { "200": { $ref: "#/nowhere" } } }, "200"],
    ["request body", { requestBody: { $ref: "#/nowhere" }, ...okResponses }, "requestBody"],
    ["header", { responses: { "200": { description: "", headers: { X: { $ref: "#/nowhere" } } } } }, "X"],
  ])("leaves out what it stands for, and no more: %s", async (_, operation, missing) => {
    const spec = await load({ "api.yaml": documentWith(operation) });
    expect(spec.operations).toHaveLength(1);
    expect(JSON.stringify(spec.operations[0]?.operation)).not.toContain(missing);
    expect(spec.warnings).toHaveLength(1);
  });
});
