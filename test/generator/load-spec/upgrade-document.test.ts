import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { getAt, type JsonObject, parsePointer } from "../../../generator/src/document.ts";
import { isSwagger, upgradeDocument } from "../../../generator/src/load-spec/upgrade-document.ts";
import { loadSpec } from "../../../generator/src/load-spec.ts";
import { generatorErrorOf, targetOf } from "../../support/documents.ts";
import { folderWith } from "../../support/folder.ts";

const swagger = (rest: JsonObject): JsonObject => ({
  swagger: "2.0",
  info: { title: "Old", version: "1" },
  paths: {},
  ...rest,
});

/** Of a document of one file. */
async function upgrade(given: JsonObject, location = "/api.json") {
  const file = { location, root: given, locate: () => ({ file: location, line: 1, column: 1 }) };
  const access = { read: () => Promise.reject(new Error("No other file was expected")), parse: () => file };
  const { root, findings } = await upgradeDocument(file, access);
  return { document: root.root, findings: findings.warnings(), originOf: root.originOf };
}

const at = (document: unknown, pointer: string) => getAt(document, parsePointer(pointer) ?? []);

/** The upgraded `POST /things`. */
async function operationOf(operation: JsonObject, rest: JsonObject = {}, item: JsonObject = {}) {
  const upgraded = await upgrade(swagger({ paths: { "/things": { ...item, post: operation } }, ...rest }));
  const post = at(upgraded.document, "#/paths/~1things/post") as Record<string, unknown>;
  return { ...upgraded, post };
}

/** The upgraded parameter of an operation that has just this one. */
async function parameterOf(parameter: JsonObject) {
  const { post, findings } = await operationOf({ parameters: [{ name: "a", ...parameter }] });
  return {
    parameter: (post["parameters"] as unknown[] | undefined)?.[0],
    body: post["requestBody"],
    findings,
  };
}

const list = { type: "array", items: { type: "integer" } };

describe("isSwagger", () => {
  test.each<[JsonObject, boolean]>([
    [{ swagger: "2.0" }, true],
    [{ swagger: 2 }, true],
    [{ swagger: "1.2" }, false],
    [{ openapi: "3.0.0" }, false],
    [{ openapi: "3.0.0", swagger: "2.0" }, false],
    [{}, false],
  ])("says of %j: %j", (document, want) => {
    expect(isSwagger(document)).toBe(want);
  });
});

describe("a parameter", () => {
  test.each<[string, string | undefined, unknown]>([
    ["query", undefined, { style: "form", explode: false }],
    ["query", "csv", { style: "form", explode: false }],
    ["query", "multi", { style: "form", explode: true }],
    ["query", "ssv", { style: "spaceDelimited", explode: false }],
    ["query", "pipes", { style: "pipeDelimited", explode: false }],
    ["query", "tsv", { style: "tabDelimited", explode: false }],
    ["path", undefined, { style: "simple", explode: false }],
    ["path", "csv", { style: "simple", explode: false }],
    ["path", "multi", { style: "simple", explode: false }],
    ["header", undefined, { style: "simple", explode: false }],
  ])("in %s with the collectionFormat %s has %j", async (place, collectionFormat, want) => {
    const { parameter, findings } = await parameterOf({ in: place, ...list, collectionFormat });
    expect(parameter).toMatchObject({ name: "a", in: place, schema: list, ...(want as object) });
    expect(findings).toEqual([]);
  });

  test.each([
    ["query", "commas"],
    ["path", "pipes"],
    ["path", "tsv"],
    ["header", "ssv"],
  ])(
    "in %s with the collectionFormat %s, which has no equivalent, is a string, and that is told",
    async (place, collectionFormat) => {
      const { parameter, findings } = await parameterOf({ in: place, ...list, collectionFormat });
      expect(parameter).toMatchObject({ name: "a", in: place, schema: { type: "string" } });
      expect(parameter).not.toHaveProperty("style");
      expect(findings).toMatchObject([{ pointer: "#/paths/~1things/post/parameters/0" }]);
    },
  );

  test("that is a list of lists has strings for the inner ones", async () => {
    const items = { ...list, collectionFormat: "pipes" };
    const { parameter, findings } = await parameterOf({ in: "query", type: "array", items });
    expect(parameter).toMatchObject({ schema: { type: "array", items: { type: "string" } } });
    expect(findings).toHaveLength(1);
  });

  test("keeps what its schema says", async () => {
    const schema = { type: "string", enum: ["a", "b"], default: "a", minLength: 1, "x-nullable": true };
    const { parameter } = await parameterOf({ in: "query", required: true, description: "An a.", ...schema });
    expect(parameter).toEqual({
      name: "a",
      in: "query",
      required: true,
      description: "An a.",
      schema: { type: "string", enum: ["a", "b"], default: "a", minLength: 1, nullable: true },
    });
  });

  test("of the path item is every operation's, unless it overrides it", async () => {
    const shared = [
      { name: "a", in: "query", type: "string" },
      { name: "b", in: "query", type: "string" },
    ];
    const own = [{ name: "b", in: "query", type: "integer" }];
    const { post } = await operationOf({ parameters: own }, {}, { parameters: shared });
    expect(post["parameters"]).toMatchObject([
      { name: "a", schema: { type: "string" } },
      { name: "b", schema: { type: "integer" } },
    ]);
  });

  test("may be a reference to a reference", async () => {
    const parameters = { A: { $ref: "#/parameters/B" }, B: { name: "b", in: "query", type: "string" } };
    const { post } = await operationOf({ parameters: [{ $ref: "#/parameters/A" }] }, { parameters });
    expect(post["parameters"]).toMatchObject([{ name: "b", schema: { type: "string" } }]);
  });

  test.each([[null], ["a"], [{}], [{ name: "a" }], [{ in: "query" }], [{ $ref: "#/parameters/None" }], [[]]])(
    "that is none is left out, and that is told: %j",
    async (parameter) => {
      const { post, findings } = await operationOf({ parameters: [parameter] });
      expect(post).not.toHaveProperty("parameters");
      expect(findings).toMatchObject([{ pointer: "#/paths/~1things/post/parameters/0" }]);
    },
  );
});

describe("a method", () => {
  test("in capitals is taken for what it means, and that is told; one in lower case comes first", async () => {
    const responses = { 200: { description: "" } };
    const { document, findings } = await upgrade(
      swagger({
        paths: { "/a": { GET: { responses } }, "/b": { Get: {}, get: { operationId: "b", responses } } },
      }),
    );
    expect(at(document, "#/paths/~1a")).toHaveProperty("get");
    expect(at(document, "#/paths/~1b/get")).toMatchObject({ operationId: "b" });
    expect(findings).toMatchObject([{ pointer: "#/paths/~1a/GET" }]);
  });
});

describe("a body", () => {
  test("leaves no room for fields of a form, and that is told", async () => {
    const field = { name: "c", in: "formData", type: "string", required: true };
    const { post, findings } = await operationOf({ parameters: [{ in: "body", schema: {} }, field] });
    expect(post["requestBody"]).toMatchObject({ content: { "application/json": {} } });
    expect(findings).toMatchObject([{ pointer: "#/paths/~1things/post/parameters/1" }]);
  });

  const schema = { $ref: "#/definitions/Thing" };
  const body = { name: "thing", in: "body", required: true, description: "A thing.", schema };
  const upgraded = { $ref: "#/components/schemas/Thing" };

  test.each<[string, JsonObject, JsonObject, string[]]>([
    ["nothing", {}, {}, ["application/json"]],
    ["the document", {}, { consumes: ["application/xml"] }, ["application/xml"]],
    [
      "the operation",
      { consumes: ["text/xml", "application/json"] },
      { consumes: ["a/b"] },
      ["text/xml", "application/json"],
    ],
    ["an empty list of the operation", { consumes: [] }, { consumes: ["a/b"] }, ["application/json"]],
    ["forms too", { consumes: ["multipart/form-data", "application/json"] }, {}, ["application/json"]],
  ])("has the media types that %s says", async (_, operation, document, want) => {
    const { post } = await operationOf({ parameters: [body], ...operation }, document);
    const { content, ...rest } = post["requestBody"] as { content: object };
    expect(Object.keys(content)).toEqual(want);
    expect(Object.values(content)[0]).toEqual({ schema: upgraded });
    expect(rest).toEqual({ required: true, description: "A thing." });
  });

  test("that is a reference is the operation's own, with its media types", async () => {
    const { post } = await operationOf(
      { parameters: [{ $ref: "#/parameters/Thing" }], consumes: ["application/xml"] },
      { parameters: { Thing: body }, consumes: ["application/json"] },
    );
    expect(post["requestBody"]).toMatchObject({ content: { "application/xml": { schema: upgraded } } });
    expect(post).not.toHaveProperty("parameters");
  });

  test("of the path item is that of operations, wherever it stands in it", async () => {
    const { document } = await upgrade(
      swagger({ paths: { "/a": { post: { responses: {} }, put: {}, parameters: [body] } } }),
    );
    expect(at(document, "#/paths/~1a/post/requestBody/content")).toBeDefined();
    expect(at(document, "#/paths/~1a/put/requestBody/content")).toBeDefined();
  });

  test("without a schema has what it says beside its place", async () => {
    const { post } = await operationOf({ parameters: [{ name: "a", in: "body", type: "string" }] });
    expect(post["requestBody"]).toEqual({ content: { "application/json": { schema: { type: "string" } } } });
  });
});

describe("a form", () => {
  const field = { name: "a", in: "formData", type: "string" };
  const file = { name: "f", in: "formData", type: "file", required: true };
  const FORM = "application/x-www-form-urlencoded";

  test.each<[string, JsonObject[], string[] | undefined, string[]]>([
    ["nothing is said", [field], undefined, [FORM]],
    ["JSON is said", [field], ["application/json"], [FORM]],
    ["multipart is said", [field], ["multipart/form-data"], ["multipart/form-data"]],
    ["both are said", [field], ["Multipart/Form-Data; a=b", FORM], ["multipart/form-data", FORM]],
    ["it has a file", [field, file], undefined, ["multipart/form-data"]],
    ["it has a file, whatever is said", [field, file], [FORM], ["multipart/form-data"]],
  ])("has the right media types when %s", async (_, parameters, consumes, want) => {
    const { post } = await operationOf({ parameters, ...(consumes && { consumes }) });
    expect(Object.keys((post["requestBody"] as { content: object }).content)).toEqual(want);
  });

  test("has its fields as properties, a file as bytes", async () => {
    const { post } = await operationOf({ parameters: [{ ...field, description: "An a." }, file] });
    expect(post["requestBody"]).toMatchObject({
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              a: { type: "string", description: "An a." },
              f: { type: "string", format: "binary" },
            },
            required: ["f"],
          },
        },
      },
    });
  });

  test.each<[string | undefined, unknown]>([
    [undefined, { style: "form", explode: false }],
    ["csv", { style: "form", explode: false }],
    ["multi", { style: "form", explode: true }],
    ["ssv", { style: "spaceDelimited", explode: false }],
    ["pipes", { style: "pipeDelimited", explode: false }],
    ["tsv", undefined],
  ])("encodes lists with the collectionFormat %s as %j", async (collectionFormat, want) => {
    const { body } = await parameterOf({ in: "formData", ...list, collectionFormat });
    expect(at(body, `#/content/${FORM.replace("/", "~1")}/encoding/a`)).toEqual(want);
  });
});

describe("a response", () => {
  const data = { description: "Fine.", schema: { type: "object" } };
  const file = { description: "A file.", schema: { type: "file" } };

  const contentsOf = async (operation: JsonObject, rest: JsonObject = {}) => {
    const { post } = await operationOf(operation, rest);
    const responses = post["responses"] as Record<string, { content?: object }>;
    return Object.fromEntries(
      Object.entries(responses).map(([status, { content }]) => [status, content && Object.keys(content)]),
    );
  };

  test.each<[string, JsonObject, JsonObject, unknown]>([
    ["nothing", { responses: { 200: data } }, {}, { 200: ["application/json"] }],
    ["the document", { responses: { 200: data } }, { produces: ["text/csv"] }, { 200: ["text/csv"] }],
    [
      "the operation, for a reference too",
      { responses: { 200: { $ref: "#/responses/Thing" } }, produces: ["application/xml"] },
      { responses: { Thing: data } },
      { 200: ["application/xml"] },
    ],
    [
      "an empty list",
      { responses: { 200: data }, produces: [] },
      { produces: ["a/b"] },
      { 200: ["application/json"] },
    ],
    [
      "the operation, if it has no schema",
      { responses: { 204: { description: "Done." } }, produces: ["a/b"] },
      {},
      {},
    ],
    [
      "an example, which is none",
      { responses: { 200: { ...data, examples: { "text/html": "<p>" } } } },
      {},
      { 200: ["application/json"] },
    ],
    ["nothing, if it is a file", { responses: { 200: file } }, {}, { 200: ["*/*"] }],
    [
      "an operation that answers with a file, or with data",
      { responses: { 200: file, 400: data }, produces: ["application/json", "application/pdf", "image/png"] },
      {},
      { 200: ["application/pdf", "image/png"], 400: ["application/json"] },
    ],
    [
      "an operation that answers with a file, and says nothing of data",
      { responses: { 200: file, 400: data }, produces: ["application/pdf"] },
      {},
      { 200: ["application/pdf"], 400: ["application/pdf"] },
    ],
  ])("has the media types of %s", async (_, operation, rest, want) => {
    expect(await contentsOf(operation, rest)).toEqual(want);
  });

  test("has headers with schemas", async () => {
    const headers = { "X-Rate": { type: "integer", description: "Left." }, bad: null };
    const { post } = await operationOf({ responses: { 200: { ...data, headers } } });
    expect(post["responses"]).toMatchObject({
      200: { headers: { "X-Rate": { schema: { type: "integer" }, description: "Left." } } },
    });
  });

  test("that is none is left out, and that is told", async () => {
    const { post, findings } = await operationOf({ responses: { 200: null, 400: data } });
    expect(Object.keys(post["responses"] as object)).toEqual(["400"]);
    expect(findings).toMatchObject([{ pointer: "#/paths/~1things/post/responses/200" }]);
  });
});

describe("a schema", () => {
  test("has its discriminator as an object, and may be null where x-nullable says so", async () => {
    const definitions = {
      Pet: {
        discriminator: "kind",
        properties: { kind: { type: "string" }, age: { type: "integer", "x-nullable": true } },
      },
    };
    const { document } = await upgrade(swagger({ definitions }));
    expect(at(document, "#/components/schemas/Pet")).toEqual({
      discriminator: { propertyName: "kind" },
      required: ["kind"],
      properties: { kind: { type: "string" }, age: { type: "integer", nullable: true } },
    });
  });

  test("that is referred to by where it stands gets a name", async () => {
    const schema = { type: "object", properties: { size: { type: "integer" } } };
    const answer = (inner: JsonObject) => ({
      post: { responses: { 200: { description: "", schema: inner } } },
    });
    const ref = "#/paths/~1a/post/responses/200/schema/properties/size";
    const { document, originOf } = await upgrade(
      swagger({ paths: { "/a": answer(schema), "/b": answer({ $ref: ref }) } }),
    );
    const target = at(
      document,
      "#/paths/~1b/post/responses/200/content/application~1json/schema/$ref",
    ) as string;
    expect(at(document, target)).toEqual({ type: "integer" });
    expect(originOf?.(target)).toBe(ref);
  });
});

describe("a name that is a keyword elsewhere", () => {
  const ref = "#/paths/~1things/get/responses/200/schema";
  const paths = { "/things": { get: { responses: { 200: { schema: { type: "object" } } } } } };

  test("hides no reference below a response called default or a property called example", async () => {
    const schema = { type: "object", properties: { example: { $ref: ref } } };
    const post = { responses: { default: { schema } } };
    const { document } = await upgrade(swagger({ paths: { "/things": { ...paths["/things"], post } } }));
    expect(JSON.stringify(document)).not.toContain(ref);
  });

  test("leaves what is data as it is", async () => {
    const definitions = { Thing: { type: "object", default: { $ref: ref } } };
    const { document } = await upgrade(swagger({ paths, definitions }));
    expect(at(document, "#/components/schemas/Thing/default")).toEqual({ $ref: ref });
  });
});

describe("servers", () => {
  test.each<[JsonObject, string, string[]]>([
    [{ host: "a.example" }, "/api.json", ["https://a.example"]],
    [{ host: "a.example", basePath: "/v1/" }, "/api.json", ["https://a.example/v1"]],
    [{ host: "a.example", basePath: "v1" }, "/api.json", ["https://a.example/v1"]],
    [
      { host: "a.example:8080", schemes: ["http", "https"] },
      "/api.json",
      ["https://a.example:8080", "http://a.example:8080"],
    ],
    [{ host: "a.example", schemes: ["http"] }, "/api.json", ["http://a.example"]],
    [{ host: "a.example", schemes: ["wss", "ws"] }, "/api.json", ["https://a.example"]],
    [{ host: "localhost:80" }, "http://localhost:80/api.json", ["http://localhost:80"]],
    [{ host: "https://a.example/" }, "/api.json", ["https://a.example"]],
    [{ basePath: "/v1" }, "/api.json", ["/v1"]],
    [{}, "/api.json", ["/"]],
  ])("of %j are made of what there is, https first", async (rest, location, want) => {
    const { document } = await upgrade(swagger(rest), location);
    expect((document["servers"] as { url: string }[]).map(({ url }) => url)).toEqual(want);
  });
});

describe("security", () => {
  const scopes = { read: "Read." };

  test.each<[JsonObject, JsonObject]>([
    [{ type: "basic" }, { type: "http", scheme: "basic" }],
    [
      { type: "apiKey", in: "header", name: "X-Key" },
      { type: "apiKey", in: "header", name: "X-Key" },
    ],
    [
      { type: "oauth2", flow: "application", tokenUrl: "https://a.example/token", scopes },
      { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://a.example/token", scopes } } },
    ],
    [
      {
        type: "oauth2",
        flow: "accessCode",
        tokenUrl: "https://a.example/t",
        authorizationUrl: "https://a.example/a",
        scopes,
      },
      {
        type: "oauth2",
        flows: {
          authorizationCode: {
            tokenUrl: "https://a.example/t",
            authorizationUrl: "https://a.example/a",
            scopes,
          },
        },
      },
    ],
    [
      { type: "oauth2", flow: "implicit", authorizationUrl: "https://a.example/a", scopes },
      { type: "oauth2", flows: { implicit: { authorizationUrl: "https://a.example/a", scopes } } },
    ],
    [
      { type: "oauth2", flow: "password", tokenUrl: "https://a.example/token", scopes },
      { type: "oauth2", flows: { password: { tokenUrl: "https://a.example/token", scopes } } },
    ],
  ])("scheme %j becomes %j", async (scheme, want) => {
    const securityDefinitions = { auth: scheme, broken: null };
    const { document } = await upgrade(swagger({ securityDefinitions, security: [{ auth: ["read"] }] }));
    expect(at(document, "#/components/securitySchemes")).toEqual({ auth: want });
    expect(document["security"]).toEqual([{ auth: ["read"] }]);
  });
});

describe("a document of several files", () => {
  const shared = {
    parameters: {
      Page: { name: "page", in: "query", type: "integer" },
      Thing: { name: "thing", in: "body", schema: { $ref: "#/definitions/Thing" } },
    },
    responses: {
      Things: { description: "", schema: { type: "array", items: { $ref: "#/definitions/Thing" } } },
    },
    definitions: {
      Thing: {
        discriminator: "kind",
        properties: {
          kind: { type: "string" },
          own: { $ref: "../api.json#/definitions/Own" },
          no: { type: "string", "x-nullable": true },
        },
      },
    },
    item: { get: { operationId: "other", responses: { 200: { $ref: "#/responses/Things" } } } },
  };
  const main = swagger({
    paths: {
      "/things": {
        post: {
          parameters: [
            { $ref: "shared/shared.json#/parameters/Page" },
            { $ref: "shared/shared.json#/parameters/Thing" },
          ],
          responses: { 200: { $ref: "shared/shared.json#/responses/Things" } },
        },
      },
      "/other": { $ref: "shared/shared.json#/item" },
    },
    definitions: { Own: { type: "integer" } },
  });

  test("is upgraded with all of them", async () => {
    const folder = folderWith({ "api.json": main, "shared/shared.json": shared });
    const { document, operations, warnings } = await loadSpec(targetOf(join(folder, "api.json")));
    expect(warnings).toEqual([]);
    expect(operations.map(({ path }) => path)).toEqual(["/things", "/other"]);
    expect(operations[0]?.parameters).toMatchObject([{ name: "page", schema: { type: "integer" } }]);
    expect(at(document, "#/components/schemas")).toMatchObject({
      Own: { type: "integer" },
      Thing: {
        required: ["kind"],
        properties: { own: { $ref: "#/components/schemas/Own" }, no: { type: ["string", "null"] } },
      },
    });
    expect(Object.keys(at(document, "#/components/schemas") as object)).toEqual(["Own", "Thing"]);
  });

  test("is ERR_DOCUMENT_REF when one is missing", async () => {
    const folder = folderWith({ "api.json": main });
    const error = await generatorErrorOf(() => loadSpec(targetOf(join(folder, "api.json"))));
    expect(error.code).toBe("ERR_DOCUMENT_REF");
  });
});

describe("what is reported of an upgraded document", () => {
  test("is where it was, by line, column and pointer", async () => {
    const text = [
      "swagger: '2.0'",
      "info: { title: Old, version: '1' }",
      "paths:",
      "  /things/{id}:",
      "    post:",
      "      parameters:",
      "        - $ref: '#/parameters/Thing'",
      "      responses:",
      "        '200': { description: Fine., schema: { $ref: '#/definitions/None' } }",
      "parameters:",
      "  Thing:",
      "    in: body",
      "    name: thing",
      "    schema:",
      "      $ref: '#/definitions/Nothing'",
    ].join("\n");
    const folder = folderWith({ "api.yaml": text });
    const { warnings } = await loadSpec(targetOf(join(folder, "api.yaml")));
    expect(warnings.map(({ line, column, pointer }) => [line, column, pointer])).toEqual(
      expect.arrayContaining([
        [9, 54, "#/paths/~1things~1{id}/post/responses/200/schema/$ref"],
        [15, 13, "#/parameters/Thing/schema/$ref"],
        [5, 5, "#/paths/~1things~1{id}/post"],
      ]),
    );
  });
});

test("a document that is wrong everywhere is upgraded as far as it goes", async () => {
  const { document } = await upgrade(
    swagger({
      paths: {
        "/a": null,
        "/b": { get: null, post: { parameters: {}, responses: [] } },
        "x-c": 1,
        "/d": "no",
      },
      definitions: { A: null, B: "x", __proto__: {} },
      parameters: null,
      responses: 1,
      schemes: "https",
      consumes: {},
      securityDefinitions: [],
    }),
  );
  expect(Object.keys(document["paths"] as object)).toEqual(["/b"]);
});
