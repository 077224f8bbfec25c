import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadSpec } from "../../../../generator/src/load-spec.ts";
import { documentOf, modelOf, okResponses, specOf, targetOf } from "../../../support/documents.ts";
import { folderWith } from "../../../support/folder.ts";

const named = (operationId: string) => ({ ...okResponses, operationId });

const listOf = ({ operations }: Awaited<ReturnType<typeof specOf>>) =>
  operations.map(({ method, path }) => `${method} ${path}`);

describe("operations", () => {
  test("are of every method, in the order of the document", async () => {
    const methods = ["trace", "get", "put", "post", "delete", "options", "head", "patch", "query"];
    const item = Object.fromEntries(methods.map((method) => [method, okResponses]));
    expect(listOf(await specOf(documentOf({ "/a": item })))).toEqual(methods.map((method) => `${method} /a`));
  });

  test("are of methods without a field too, which are sent as they are written (3.2)", async () => {
    const item = {
      additionalOperations: {
        LINK: named("link"),
        Unlink: okResponses,
        query: okResponses,
        "A B": okResponses,
      },
    };
    const document = documentOf({ "/a": item }, { openapi: "3.2.0" });
    const spec = await specOf(document);
    expect(spec.operations.map(({ pointer }) => pointer)).toEqual(["#/paths/~1a/LINK", "#/paths/~1a/Unlink"]);
    expect(spec.warnings.map(({ pointer }) => pointer)).toEqual([
      "#/paths/~1a/additionalOperations/query",
      "#/paths/~1a/additionalOperations/A B",
    ]);
    expect((await modelOf(document)).operations.map(({ method }) => method)).toEqual(["LINK", "Unlink"]);
  });

  test("are all that paths hold", async () => {
    const item = {
      get: { ...okResponses, callbacks: { x: {} }, "x-a": 1 },
      parameters: [],
      servers: [],
      "x-b": 1,
      summary: "A",
    };
    const document = documentOf(
      { "/a": item, "/b": { "x-c": {} }, "x-d": {} },
      { webhooks: { hook: item }, "x-e": 1 },
    );
    const { document: loaded } = await specOf(document);
    expect(loaded["paths"]).toEqual({ "/a": { summary: "A", get: okResponses } });
    expect(Object.keys(loaded)).toEqual(["openapi", "info", "tags", "paths", "components"]);
  });

  test("say what they inherit: servers, security, tags", async () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => ({ url: `https://${name}.example.com` }));
    const paths = {
      "/a": {
        get: { ...okResponses, tags: ["x", 1, "x"] },
        put: { ...okResponses, servers: [c], security: [] },
      },
      "/b": { servers: [b], get: { ...okResponses, security: [{ key: [] }] } },
    };
    const { operations, document } = await specOf(
      documentOf(paths, { servers: [a], security: [{ oauth: ["read"] }] }),
    );
    expect(operations).toMatchObject([
      { servers: [a], security: [{ oauth: ["read"] }], tags: ["x"] },
      { servers: [c], security: [], tags: [] },
      { servers: [b], security: [{ key: [] }] },
    ]);
    expect(operations[0]?.servers).toBe(document["servers"]);
  });

  test("keep an operationId that another has, if they come first", async () => {
    const spec = await specOf(documentOf({ "/a": { get: named("x") }, "/b": { get: named("x") } }));
    expect(spec.operations.map(({ operation }) => operation["operationId"])).toEqual(["x", undefined]);
    expect(spec.warnings).toMatchObject([{ pointer: "#/paths/~1b/get/operationId" }]);
  });

  test("stay apart when their paths differ in the names of parameters only", async () => {
    const parameters = (name: string) => [{ name, in: "path", required: true, schema: {} }];
    const paths = {
      "/a/{id}": { get: { ...okResponses, parameters: parameters("id") } },
      "/a/{name}": { put: { ...okResponses, parameters: parameters("name") } },
    };
    const spec = await specOf(documentOf(paths));
    expect(listOf(spec)).toEqual(["get /a/{id}", "put /a/{name}"]);
    expect(spec.warnings).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string[], string]>([
    ["a path without a slash", { a: { get: okResponses } }, ["get /a"], "#/paths/a"],
    [
      "a path that is there with a slash too",
      { "/a": { get: okResponses }, a: { put: okResponses } },
      ["get /a"],
      "#/paths/a",
    ],
    ["a method in capitals", { "/a": { GET: okResponses } }, ["get /a"], "#/paths/~1a/GET"],
    ["an operation that is none", { "/a": { get: "x", put: okResponses } }, ["put /a"], "#/paths/~1a/get"],
    ["a path item that is none", { "/a": [], "/b": { get: okResponses } }, ["get /b"], "#/paths/~1a"],
    [
      "an operationId that is no text",
      { "/a": { get: { ...okResponses, operationId: {} } } },
      ["get /a"],
      "#/paths/~1a/get/operationId",
    ],
    [
      "a status that is none",
      { "/a": { get: { responses: { "200": { description: "" }, ok: {} } } } },
      ["get /a"],
      "#/paths/~1a/get/responses/ok",
    ],
    [
      "a response that is none",
      { "/a": { get: { responses: { "200": "x" } } } },
      ["get /a"],
      "#/paths/~1a/get/responses/200",
    ],
    [
      "a media type that is empty",
      { "/a": { get: { responses: { "200": { description: "", content: { "text/plain": null } } } } } },
      ["get /a"],
      "#/paths/~1a/get/responses/200/content/text~1plain",
    ],
  ])("lose what is malformed, and no more: %s", async (_, paths, want, pointer) => {
    const spec = await specOf(documentOf(paths));
    expect(listOf(spec)).toEqual(want);
    expect(spec.warnings).toMatchObject([{ pointer }]);
  });
});

describe("a path item that is a reference", () => {
  test("is what it leads to, with what stands beside it; files in it are found from there", async () => {
    const folder = folderWith({
      "api.yaml": documentOf({
        "/a": {
          $ref: "paths/a.yaml",
          put: named("putA"),
          parameters: [{ name: "q", in: "query", schema: {} }],
        },
        "/b": { $ref: "#/paths/~1a" },
      }),
      "paths/a.yaml": {
        get: { ...okResponses, parameters: [{ $ref: "parameters.yaml#/X" }] },
        put: named("hidden"),
      },
      "paths/parameters.yaml": { X: { name: "x", in: "header", schema: {} } },
    });
    const spec = await loadSpec(targetOf(join(folder, "api.yaml")));
    expect(listOf(spec)).toEqual(["put /a", "get /a", "put /b", "get /b"]);
    expect(spec.operations[1]?.parameters.map(({ name }) => name)).toEqual(["q", "x"]);
    expect(spec.operations[0]?.operation["operationId"]).toBe("putA");
    expect(spec.locate("#/paths/~1a/get/responses").file).toBe(join(folder, "paths/a.yaml"));
    expect(spec.locate("#/paths/~1a/put").file).toBe(join(folder, "api.yaml"));
  });

  test("is found in the file that it is in, at whichever pointer", async () => {
    const folder = folderWith({
      "api.yaml": documentOf({ "/a": { $ref: "other.yaml#/paths/~1a" } }),
      "other.yaml": documentOf({ "/a": { get: okResponses } }),
    });
    const spec = await loadSpec(targetOf(join(folder, "api.yaml")));
    expect(spec.locate("#/paths/~1a/get").file).toBe(join(folder, "other.yaml"));
  });

  test("is left out where it refers to itself, with a warning", async () => {
    const spec = await specOf(documentOf({ "/a": { $ref: "#/paths/~1a", get: okResponses } }));
    expect(listOf(spec)).toEqual(["get /a"]);
    expect(spec.warnings).toHaveLength(1);
  });
});
