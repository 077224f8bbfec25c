import { describe, expect, test } from "vitest";
import { documentOf, okResponses, specOf } from "../../../support/documents.ts";

const parameter = (name: string, place: string, rest: Record<string, unknown> = {}) => ({
  name,
  in: place,
  schema: {},
  ...rest,
});

async function parametersOf(
  path: string,
  own: unknown,
  shared?: unknown,
  rest: Record<string, unknown> = {},
) {
  const operation = { ...okResponses, parameters: own };
  const item = { get: operation, ...(shared !== undefined && { parameters: shared }) };
  const { operations, warnings, locate } = await specOf(documentOf({ [path]: item }, rest));
  const [operation0] = operations;
  return {
    parameters: operation0?.parameters,
    written: operation0?.operation["parameters"],
    warnings,
    locate,
  };
}

describe("the parameters of an operation", () => {
  test("override those of the path item by location and name, of headers whatever their case", async () => {
    const shared = [
      parameter("x", "query"),
      parameter("y", "query"),
      parameter("X-Trace", "header"),
      parameter("x", "cookie"),
    ];
    const own = [
      parameter("y", "query", { description: "own" }),
      parameter("x-trace", "header", { description: "own" }),
    ];
    const { parameters, warnings } = await parametersOf("/a", own, shared);
    expect(parameters).toEqual([
      parameter("x", "query"),
      parameter("y", "query", { description: "own" }),
      parameter("x-trace", "header", { description: "own" }),
      parameter("x", "cookie"),
    ]);
    expect(warnings).toEqual([]);
  });

  test.each<[string, unknown, unknown[]]>([
    ["none", undefined, []],
    ["null", null, []],
    [
      "path, required though it does not say so",
      [parameter("id", "path", { required: false })],
      [parameter("id", "path", { required: true })],
    ],
    [
      "content, with the schema of it",
      [{ name: "q", in: "query", content: { "application/json": { schema: { type: "object" } } } }],
      [
        parameter("q", "query", {
          schema: { type: "object" },
          content: { "application/json": { schema: { type: "object" } } },
        }),
      ],
    ],
    [
      "style",
      [
        parameter("q", "query", {
          style: "pipeDelimited",
          explode: false,
          allowReserved: true,
          required: true,
        }),
      ],
      [
        parameter("q", "query", {
          style: "pipeDelimited",
          explode: false,
          allowReserved: true,
          required: true,
        }),
      ],
    ],
    [
      "the whole query (3.2)",
      [{ name: "q", in: "querystring", content: { "application/json": {} } }],
      [parameter("q", "querystring", { content: { "application/json": {} } })],
    ],
    [
      "headers that OpenAPI says are ignored",
      ["Accept", "content-type", "Authorization"].map((name) => parameter(name, "header")),
      [],
    ],
  ])("are complete: %s", async (_, own, want) => {
    const path = JSON.stringify(own)?.includes('"path"') ? "/a/{id}" : "/a";
    expect(await parametersOf(path, own)).toMatchObject({ parameters: want, warnings: [] });
  });

  test.each<[string, unknown, unknown[], string]>([
    ["no list", { name: "q" }, [], "/parameters"],
    ["no object", ["q"], [], "/parameters/0"],
    ["no name", [{ in: "query" }], [], "/parameters/0"],
    ["a place that is none", [{ name: "q", in: "body" }], [], "/parameters/0/in"],
    [
      "one that is declared twice",
      [parameter("q", "query"), parameter("q", "query", { required: true })],
      [parameter("q", "query", { required: true })],
      "/parameters/1",
    ],
    [
      "a type that is not in a schema",
      [{ name: "q", in: "query", type: "integer", format: "int64" }],
      [parameter("q", "query", { schema: { type: "integer", format: "int64" } })],
      "/parameters/0/type",
    ],
    ["one that the path does not have", [parameter("id", "path")], [], "/parameters/0/name"],
    [
      "a whole query string beside a part of it",
      [parameter("all", "querystring"), parameter("q", "query")],
      [parameter("q", "query")],
      "/parameters/0/name",
    ],
    [
      "one of two whole query strings",
      [parameter("a", "querystring"), parameter("b", "querystring")],
      [parameter("b", "querystring")],
      "/parameters/0/name",
    ],
  ])("lose what is malformed, and no more: %s", async (_, own, want, where) => {
    const { parameters, warnings } = await parametersOf("/a", own);
    expect(parameters).toEqual(want);
    expect(warnings).toMatchObject([{ severity: "warning", pointer: `#/paths/~1a/get${where}` }]);
  });

  test.each([
    ["/a/{id}", ["id"]],
    ["/Businesses({key})", ["key"]],
    ["/v1/{name}:cancel", ["name"]],
    ["/{a}.{b}", ["a", "b"]],
    ["/{a}{b}/{a}", ["a", "b"]],
    ["/a/{id}#fragment={part}", ["id", "part"]],
    ["/a/{api-version}/{weird name}", ["api-version", "weird name"]],
    ["/a/{open", []],
  ])("are those that the path has, as strings where nothing is declared: %s", async (path, names) => {
    const { parameters, warnings } = await parametersOf(path, undefined);
    expect(parameters).toEqual(
      names.map((name) => parameter(name, "path", { required: true, schema: { type: "string" } })),
    );
    expect(warnings).toHaveLength(names.length);
  });

  test("are told of one by one in time that grows as their number does, however long their path is", async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `{parameter-${index}}`);
    const began = performance.now();
    const { warnings } = await parametersOf(`/${names.join("/")}`, []);
    expect(warnings).toHaveLength(1500);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("are called as the path calls them when only case or spaces differ, with a warning", async () => {
    const { parameters, warnings } = await parametersOf("/a/{petID}", [
      parameter("petId", "path", { schema: { type: "integer" } }),
    ]);
    expect(parameters).toEqual([parameter("petID", "path", { required: true, schema: { type: "integer" } })]);
    expect(warnings).toHaveLength(1);
  });

  test("of the query are those of the path where that ends in a query, with a warning", async () => {
    const own = [parameter("q", "query", { style: "form" }), parameter("r", "query")];
    const { parameters, warnings } = await parametersOf("/search?q={q}", own);
    expect(parameters).toEqual([parameter("r", "query"), parameter("q", "path", { required: true })]);
    expect(warnings).toHaveLength(1);
  });

  test("stay references where they are, with what stands beside them", async () => {
    const components = {
      parameters: { Q: parameter("q", "query"), Alias: { $ref: "#/components/parameters/Q" } },
    };
    const own = [{ $ref: "#/components/parameters/Alias", description: "Here." }];
    const { parameters, written } = await parametersOf("/a", own, undefined, { components });
    expect(written).toEqual([{ $ref: "#/components/parameters/Q", description: "Here." }]);
    expect(parameters).toEqual([parameter("q", "query", { description: "Here." })]);
  });

  test("are found where they were declared", async () => {
    const own = [{ in: "query" }, parameter("b", "query")];
    const { locate } = await parametersOf("/a/{c}", own, [parameter("a", "query")]);
    const pretty = JSON.stringify(
      documentOf({
        "/a/{c}": { get: { ...okResponses, parameters: own }, parameters: [parameter("a", "query")] },
      }),
    );
    const columnOf = (text: string) => pretty.indexOf(text) + 1;
    const list = "#/paths/~1a~1{c}/get/parameters";
    expect(locate(`${list}/0`).column).toBe(columnOf('{"name":"a"'));
    expect(locate(`${list}/1/name`).column).toBe(columnOf('"b"'));
    expect(locate(`${list}/2`).column).toBe(columnOf('"get":'));
  });
});
