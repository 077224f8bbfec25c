import { symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolve } from "../../generator/src/document.ts";
import { loadSpec } from "../../generator/src/load-spec.ts";
import {
  documentOf,
  documentWith,
  generatorErrorOf,
  okResponses,
  specOf,
  targetOf,
} from "../support/documents.ts";
import { folderWith } from "../support/folder.ts";

const load = (folder: string, name = "api.yaml") => loadSpec(targetOf(join(folder, name)));

const schemaAnswer = (schema: unknown) => ({
  responses: { "200": { description: "Fine.", content: { "application/json": { schema } } } },
});

describe("loadSpec", () => {
  test.each(["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0"])("reads version %s", async (openapi) => {
    expect((await specOf(documentWith(okResponses, { openapi }))).operations).toHaveLength(1);
  });

  test("reads JSON with a byte order mark and YAML flow mappings", async () => {
    const text = JSON.stringify(documentWith(okResponses));
    const folder = folderWith({
      "a.json": `\uFEFF${text}`,
      "b.yaml": text.replace('"openapi":', "openapi: "),
    });
    expect((await load(folder, "a.json")).operations).toHaveLength(1);
    expect((await load(folder, "b.yaml")).operations).toHaveLength(1);
  });

  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const properties = { kind: { type: "string" } };
  const discriminator = { propertyName: "kind" };

  test.each<[string, Record<string, unknown>]>([
    ["of a union", { oneOf: [ref("Cat"), ref("Dog")] }],
    ["of a union of objects", { type: "object", anyOf: [ref("Cat"), ref("Dog")] }],
    ["of a union that says more", { properties, oneOf: [ref("Cat"), ref("Dog")] }],
    ["of a union with a discriminator", { oneOf: [ref("Cat"), ref("Dog")], discriminator }],
    ["of a union that says more, with a discriminator", { properties, oneOf: [ref("Cat")], discriminator }],
    ["with a discriminator alone", { properties, discriminator }],
  ])("finds nothing wrong with inheritance: %s", async (_, Pet) => {
    const extending = { allOf: [ref("Pet"), { type: "object", properties: { claws: { type: "integer" } } }] };
    const document = documentWith(schemaAnswer(ref("Pet")), {
      components: { schemas: { Pet, Cat: extending, Dog: extending } },
    });
    expect((await specOf(document, { strict: true })).warnings).toEqual([]);
  });

  test("lists operations in the order of the document", async () => {
    const { operations } = await specOf(
      documentOf({ "/b": { put: okResponses, get: okResponses }, "/a": { get: okResponses } }),
    );
    expect(operations.map(({ pointer }) => pointer)).toEqual([
      "#/paths/~1b/put",
      "#/paths/~1b/get",
      "#/paths/~1a/get",
    ]);
  });

  test("gives operations the parameters of their path item, except those that they override", async () => {
    const parameter = (name: string, description: string) => ({ name, in: "query", description, schema: {} });
    const { operations } = await specOf(
      documentOf({
        "/a": {
          parameters: [parameter("x", "shared"), parameter("y", "shared")],
          get: { ...okResponses, parameters: [parameter("y", "own")] },
        },
      }),
    );
    expect(operations[0]?.parameters).toMatchObject([
      { name: "x", description: "shared" },
      { name: "y", description: "own" },
    ]);
  });

  test.each([
    ["OpenAPI says are ignored", ["Accept", "content-type", "Authorization"]],
    ["HTTP itself has", ["Content-Length", "host", "Transfer-Encoding", "Connection", "Expect"]],
  ])("leaves out headers that %s", async (_, names) => {
    const parameters = [...names, "X-Trace"].map((name) => ({
      name,
      in: "header",
      required: true,
      schema: {},
    }));
    const { operations } = await specOf(documentWith({ ...okResponses, parameters }));
    expect(operations[0]?.parameters.map(({ name }) => name)).toEqual(["X-Trace"]);
  });

  test("adds path parameters that are not declared, and warns", async () => {
    const { operations, warnings } = await specOf(documentOf({ "/a/{id}.{format}": { get: okResponses } }));
    expect(operations[0]?.parameters).toMatchObject([
      { name: "id", in: "path", required: true },
      { name: "format" },
    ]);
    expect(warnings).toMatchObject([{ severity: "warning", pointer: "#/paths/~1a~1{id}.{format}/get" }, {}]);
  });

  test("leaves out path parameters that the path does not have, and warns", async () => {
    const parameters = [{ name: "id", in: "path", required: true, schema: {} }];
    const { operations, warnings } = await specOf(documentWith({ ...okResponses, parameters }));
    expect(operations[0]?.parameters).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test("follows path items that are references", async () => {
    const pathItems = { Shared: { get: okResponses } };
    const paths = {
      "/a": { $ref: "#/components/pathItems/Shared" },
      "/b": { $ref: "#/components/pathItems/Shared" },
    };
    const { operations } = await specOf(documentOf(paths, { components: { pathItems } }));
    expect(operations.map(({ path }) => path)).toEqual(["/a", "/b"]);
  });

  test.each([
    ["a property", "#/components/schemas/Item/properties/size"],
    [
      "a schema of an operation",
      "#/paths/~1items~1%7Bid%7D/get/responses/200/content/application~1json/schema",
    ],
    ["a local definition", "#/components/schemas/Item/$defs/Size"],
    ["a definition of the document", "#/$defs/Size"],
  ])("makes a component of %s that is referred to", async (_, ref) => {
    const size = { type: "integer", title: "Size" };
    const document = documentOf(
      {
        "/items/{id}": {
          get: {
            ...schemaAnswer(size),
            parameters: [{ name: "id", in: "path", required: true, schema: {} }],
          },
        },
        "/sizes": { get: schemaAnswer({ $ref: ref }) },
      },
      {
        $defs: { Size: size },
        components: { schemas: { Item: { properties: { size }, $defs: { Size: size } } } },
      },
    );
    const spec = await specOf(document);
    const answer = spec.operations[1]?.operation as ReturnType<typeof schemaAnswer>;
    const schema = answer.responses["200"].content["application/json"].schema;
    expect(schema).toEqual({ $ref: expect.stringMatching(/^#\/components\/schemas\/[^/]+$/) });
    expect(resolve(spec.document, schema)).toEqual(size);
  });

  test("ends for pointers that lead into themselves", async () => {
    const Node = {
      properties: { next: { $ref: "#/components/schemas/Node/properties/next/properties/next" } },
    };
    Object.assign(Node.properties.next, { properties: { next: { type: "string" } } });
    const loop = {
      type: "object",
      properties: { self: { $ref: "#/components/schemas/Loop/properties/self/items" } },
    };
    Object.assign(loop.properties, {
      self: { items: { $ref: "#/components/schemas/Loop/properties/self" } },
    });
    const spec = await specOf(documentWith(okResponses, { components: { schemas: { Loop: loop } } }));
    expect(JSON.stringify(spec.document)).not.toContain("properties/self");
  });

  test("takes names and data that look like references for what they are", async () => {
    const schemas = {
      Link: {
        properties: { $ref: { type: "string" } },
        example: { $ref: "#/nowhere" },
        "x-a": { $ref: "b" },
      },
    };
    await expect(specOf(documentWith(okResponses, { components: { schemas } }))).resolves.toBeDefined();
  });

  test("does not change what it was given, nor hold on to the names of prototypes", async () => {
    const text =
      '{"openapi":"3.1.0","info":{},"paths":{"/a":{"get":{"responses":{}}}},"components":{"schemas":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}}';
    const spec = await specOf(text);
    expect(Object.keys((spec.document["components"] as { schemas: object }).schemas)).toEqual([
      "__proto__",
      "constructor",
    ]);
    expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
  });
});

describe("a document of several files", () => {
  const main = (ref: string) => documentWith(schemaAnswer({ $ref: ref }));

  test("is brought into one", async () => {
    const folder = folderWith({
      "api.yaml": main("./schemas/item.yaml#/Item"),
      "schemas/item.yaml": "Item: { type: object, properties: { size: { $ref: './size.json' } } }",
      "schemas/size.json": { type: "integer" },
    });
    const { document } = await load(folder);
    expect(JSON.stringify(document)).not.toMatch(/\.(yaml|json)/);
    expect(JSON.stringify(document)).toContain('"integer"');
  });

  test.each([
    ["is missing", "./none.yaml"],
    ["is above the document's folder", "../secret.yaml"],
    ["is linked from outside of the document's folder", "./link.yaml"],
  ])("is refused when one %s", async (_, ref) => {
    const folder = folderWith({ "secret.yaml": "type: string", "api/api.yaml": main(ref) });
    symlinkSync(join(folder, "secret.yaml"), join(folder, "api/link.yaml"));
    const error = await generatorErrorOf(() => load(join(folder, "api")));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
  });

  test.each([
    "https://example.com/item.yaml",
    "http://127.0.0.1/item.yaml",
    "file:///etc/passwd",
    "//example.com/a",
  ])("is refused when one is %s", async (ref) => {
    const error = await generatorErrorOf(() => load(folderWith({ "api.yaml": main(ref) })));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
    expect(error.diagnostics[0]?.message).toContain("refused");
  });

  test("is refused when its files lead on to each other without end, each at the cost of a walk", async () => {
    const files = Array.from({ length: 250 }, (_, index): [string, object] => {
      const next = { $ref: `./item-${index + 1}.json` };
      return [`item-${index}.json`, { type: "object", properties: { next } }];
    });
    const folder = folderWith({ ...Object.fromEntries(files), "api.yaml": main("./item-0.json") });
    const error = await generatorErrorOf(() => load(folder));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
    expect(error.diagnostics[0]?.message).toContain("more than 200 steps");
  });

  test("places a warning in the file that has it, by line and column", async () => {
    const item = "Item:\n  properties:\n    size: { $ref: '#/Nope' }\n";
    const folder = folderWith({ "api.yaml": main("./item.yaml#/Item"), "item.yaml": item });
    expect((await load(folder)).warnings).toMatchObject([
      { file: join(folder, "item.yaml"), line: 3, column: 19, pointer: "#/Item/properties/size/$ref" },
    ]);
  });

  test.each([
    ["a file that is missing", "Item:\n  items:\n    $ref: ./none.yaml\n", 3, 11],
    ["what is no YAML", "Item:\n  type: object\n  properties: [\n", 4, 1],
  ])("places an error in the file that has it, by line and column: %s", async (_, text, line, column) => {
    const folder = folderWith({ "api.yaml": main("./item.yaml#/Item"), "item.yaml": text });
    const error = await generatorErrorOf(() => load(folder));
    expect(error.diagnostics[0]).toMatchObject({ file: join(folder, "item.yaml"), line, column });
  });

  test("is refused when a file refers to a remote one", async () => {
    const folder = folderWith({
      "api.yaml": main("./item.yaml"),
      "item.yaml": "$ref: https://example.com/a.yaml",
    });
    expect((await generatorErrorOf(() => load(folder))).code).toBe("ERR_DOCUMENT_REF");
  });
});

describe("a document at a URL", () => {
  async function serve(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    onTestFinished(() => void server.close());
    return await listen(server);
  }

  async function listen(server: Server): Promise<string> {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address() as { port: number };
    return `http://127.0.0.1:${address.port}/api.json`;
  }

  test("is fetched", async () => {
    const url = await serve(200, JSON.stringify(documentWith(okResponses)));
    expect((await loadSpec(targetOf(url))).operations).toHaveLength(1);
  });

  test("is ERR_DOCUMENT_UNREADABLE when it is not there", async () => {
    const url = await serve(404, "");
    expect((await generatorErrorOf(() => loadSpec(targetOf(url)))).code).toBe("ERR_DOCUMENT_UNREADABLE");
  });
});

describe("a document that is wrong", () => {
  test.each([
    ["JSON", "api.json", '{\n  "openapi": "3.1.0",\n  "info": }\n]', 3, 11],
    ["YAML", "api.yaml", "openapi: 3.1.0\ninfo: [\npaths: {}\n", 3, 1],
    ["nothing", "api.yaml", "", 1, 1],
    ["a list", "api.yaml", "[1]", 1, 1],
  ])("is ERR_DOCUMENT_UNREADABLE with line and column: %s", async (_, name, text, line, column) => {
    const error = await generatorErrorOf(() => load(folderWith({ [name]: text }), name));
    expect(error.code).toBe("ERR_DOCUMENT_UNREADABLE");
    expect(error.diagnostics[0]).toMatchObject({ line, column });
  });

  test.each([
    [{ swagger: "1.2", openapi: undefined }, "#/swagger"],
    [{ openapi: "4.0.0" }, "#/openapi"],
    [{ openapi: 3.1 }, "#/openapi"],
    [{ openapi: undefined }, "#/openapi"],
  ])("is ERR_DOCUMENT_VERSION for %j", async (rest, pointer) => {
    const error = await generatorErrorOf(() => specOf(documentWith(okResponses, rest)));
    expect(error.code).toBe("ERR_DOCUMENT_VERSION");
    expect(error.diagnostics[0]?.pointer).toBe(pointer);
  });

  test.each([{}, { "/a": {} }, { "/a": { parameters: [] } }, { "x-a": { get: okResponses } }, null])(
    "is ERR_DOCUMENT_EMPTY for the paths %j",
    async (paths) => {
      const error = await generatorErrorOf(() => specOf({ openapi: "3.1.0", info: {}, paths }));
      expect(error.code).toBe("ERR_DOCUMENT_EMPTY");
    },
  );

  test("is ERR_DOCUMENT_REF with all refs that lead nowhere when strict, where they are and what they may mean", async () => {
    const text = [
      "openapi: 3.1.0",
      "paths:",
      "  /a:",
      "    get:",
      "      responses:",
      "        '200': { $ref: '#/components/responses/Itme' }",
      "        '404':",
      "          $ref: '#/components/responses/Missing'",
      "components:",
      "  responses:",
      "    Item: { description: Fine. }",
    ].join("\n");
    const folder = folderWith({ "api.yaml": text });
    const wanted = [
      { line: 6, column: 24, pointer: "#/paths/~1a/get/responses/200/$ref", fix: 'did you mean "Item"?' },
      { line: 8, column: 17 },
    ];
    const strict = targetOf(join(folder, "api.yaml"), { strict: true });
    const error = await generatorErrorOf(() => loadSpec(strict));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
    expect(error.diagnostics).toMatchObject(wanted);
    expect((await load(folder)).warnings).toMatchObject(wanted);
  });

  test.each([
    "#/definitions/A",
    "#/x-foo; } evil(); {/a/c",
    "#A",
    "#",
    "#/info",
    "#/components/responses/A",
    "#/components/schemas/%zz",
    "#/constructor/name",
  ])("takes anything for a schema whose ref means none: %s", async (ref) => {
    const components = { responses: { A: { description: "Fine." } } };
    const document = documentWith(schemaAnswer({ $ref: ref }), {
      "x-foo; } evil(); {": { a: {} },
      components,
    });
    const { operations, warnings } = await specOf(document);
    expect(operations[0]?.operation).toMatchObject(schemaAnswer({}));
    expect(JSON.stringify(operations)).not.toContain("$ref");
    expect(warnings).toMatchObject([{ severity: "warning", message: expect.stringContaining(ref) }]);
  });

  test("is ERR_DOCUMENT_INVALID when it has no end", async () => {
    const loop = "{ type: array, items: *loop }";
    const text = `openapi: 3.1.0\npaths: { /a: { get: {} } }\ncomponents: { schemas: { A: &loop ${loop} } }\n`;
    const error = await generatorErrorOf(() => load(folderWith({ "api.yaml": text })));
    expect(error.code).toBe("ERR_DOCUMENT_INVALID");
  });
});
