import { describe, expect, test } from "vitest";
import { essenceOf, isJson } from "../../runtime/src/media-type.ts";
import { documentOf, documentWith, generatorErrorOf, modelOf, okResponses } from "../support/documents.ts";

const named = (operationId: string) => ({ ...okResponses, operationId });

async function namesOf(paths: Record<string, unknown>): Promise<[string[], number]> {
  const { operations, warnings } = await modelOf(documentOf(paths));
  return [operations.map(({ name }) => name), warnings.length];
}

const operationOf = async (operation: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  (await modelOf(documentWith(operation, rest))).operations[0];

const json = (schema: unknown) => ({ "application/json": { schema } });

describe("method names", () => {
  test.each([
    [
      "come from operationIds",
      { "/a": { get: named("getA"), put: named("things.put") } },
      ["getA", "thingsPut"],
      0,
    ],
    [
      "come from method and path without one",
      { "/a/{id}": { get: { ...okResponses, parameters: [] } } },
      ["getAById"],
      0,
    ],
    [
      "come from the path when two operationIds are equal",
      { "/a": { get: named("x") }, "/b": { get: named("x") } },
      ["x", "getB"],
      0,
    ],
    [
      "stay with the operationId that needs no change",
      { "/a": { get: named("x.y") }, "/b": { get: named("xY") } },
      ["getA", "xY"],
      1,
    ],
    [
      "differ in more than the case of their first letter",
      { "/a": { get: named("GetB") }, "/b": { put: named("getB") } },
      ["GetB", "putB"],
      1,
    ],
    [
      "are numbered when the path gives no other",
      { "/a": { get: named("getA") }, "/a/": { get: okResponses } },
      ["getA", "getA2"],
      1,
    ],
    [
      "avoid what a client has",
      { "/a": { get: named("paths"), put: named("constructor"), post: named("__proto__") } },
      ["paths_", "constructor_", "proto_"],
      0,
    ],
    [
      "avoid what JavaScript calls",
      { "/a": { get: named("then"), put: named("toString") } },
      ["then_", "toString_"],
      0,
    ],
    [
      "may be reserved words",
      { "/a": { delete: named("delete"), put: named("default") } },
      ["delete", "default"],
      0,
    ],
  ])("%s", async (_, paths, want, warned) => {
    const [names, warnings] = await namesOf(paths);
    expect(names).toEqual(want);
    expect(warnings).toBe(warned);
  });

  test.each([
    ["equal", "x", { get: named("y") }],
    ["changed", "x", { get: named("X!") }],
    ["made of the path", "getB", { get: okResponses }],
    ["another's of another case", "getItem", { get: named("GetItem") }],
  ])("stay as their operationIds say when others are added anywhere: %s", async (_, id, added) => {
    const [names] = await namesOf({ "/b": added, "/z": { get: named(id) } });
    if (id !== "getItem") expect(names[1]).toBe(id);
    const [after] = await namesOf({ "/a": { get: named(id) }, "/b": added });
    expect(after[0]).toBe(id);
  });

  test("stay when operations are added behind", async () => {
    const before = { "/a": { get: named("x") }, "/b": { get: named("x") } };
    const [names] = await namesOf(before);
    const [more] = await namesOf({ ...before, "/c": { get: named("x"), put: okResponses } });
    expect(more.slice(0, 2)).toEqual(names);
  });
});

describe("groups by tag", () => {
  const tagged = (operationId: string | undefined, ...tags: unknown[]) => ({
    ...okResponses,
    tags,
    ...(operationId !== undefined && { operationId }),
  });
  const groupedModel = (paths: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
    modelOf(documentOf(paths, rest), { group: "tag" });
  const pathsOf = async (paths: Record<string, unknown>) => {
    const { operations, warnings } = await groupedModel(paths);
    return [operations.map(({ group, name }) => (group ? `${group}.${name}` : name)), warnings.length];
  };

  test.each([
    ["hold the operations of a tag", { "/a": { get: tagged("list", "orders") } }, ["orders.list"], 0],
    [
      "leave their name out where an operationId begins with it",
      {
        "/a": { get: tagged("orders/list", "orders"), put: tagged("orders_put", "Orders") },
        "/b": { get: tagged("ordersGet", "orders"), put: tagged("pull-requests.merge", "Pull Requests") },
      },
      ["orders.list", "orders.put", "orders.get", "pullRequests.merge"],
      1,
    ],
    [
      "leave no other words out",
      { "/a": { get: tagged("ordersystem", "orders"), put: tagged("orders", "orders") } },
      ["orders.ordersystem", "orders.orders"],
      0,
    ],
    [
      "are those of the first of several tags",
      { "/a": { get: tagged("list", "orders", "admin") } },
      ["orders.list"],
      0,
    ],
    [
      "leave operations without a tag on the client",
      { "/a": { get: tagged("list"), put: tagged("put", "orders") } },
      ["list", "orders.put"],
      0,
    ],
    [
      "leave those with a tag that cannot be a name on the client",
      { "/a": { get: tagged("list", "!!!") } },
      ["list"],
      1,
    ],
    [
      "are one for tags that differ by case",
      { "/a": { get: tagged("list", "Orders"), put: tagged("put", "orders") } },
      ["orders.list", "orders.put"],
      1,
    ],
    [
      "have methods of the same names as others",
      { "/a": { get: tagged("orders/list", "orders") }, "/b": { get: tagged("items/list", "items") } },
      ["orders.list", "items.list"],
      0,
    ],
    [
      "name methods that would be the same by their paths",
      { "/a": { get: tagged("list", "orders") }, "/b": { get: tagged("orders.List", "orders") } },
      ["orders.list", "orders.getB"],
      1,
    ],
    [
      "keep the types of their methods apart from those of others",
      { "/a": { get: tagged("bC", "a") }, "/b": { get: tagged("c", "aB") } },
      ["a.bC", "aB.getB"],
      1,
    ],
    [
      "avoid what a client has",
      { "/a": { get: tagged("list", "paths"), put: tagged("toString", "constructor") } },
      ["paths_.list", "constructor_.toString_"],
      0,
    ],
    [
      "have their names before the methods beside them",
      { "/a": { get: tagged("orders"), put: tagged("put", "orders") } },
      ["getA", "orders.put"],
      1,
    ],
  ])("%s", async (_, paths, want, warned) => {
    expect(await pathsOf(paths)).toEqual([want, warned]);
  });

  test("carry the descriptions of their tags", async () => {
    const tags = [{ name: "orders", description: " What was bought.\n" }, { name: "other" }];
    const { groups } = await groupedModel({ "/a": { get: tagged("list", "orders") } }, { tags });
    expect(groups).toEqual([
      { name: "orders", className: "TestOrdersGroup", description: "What was bought." },
    ]);
  });

  test("are none unless the config says so", async () => {
    const { groups, operations } = await modelOf(
      documentOf({ "/a": { get: tagged("orders/list", "orders") } }),
    );
    expect(groups).toEqual([]);
    expect(operations.map(({ name }) => name)).toEqual(["ordersList"]);
  });
});

describe("aliases of component schemas", () => {
  test.each([
    ["Item", "Item"],
    ["foo.bar", "FooBar"],
    ["Error", "ErrorSchema"],
    ["Promise", "PromiseSchema"],
    ["Blob", "BlobSchema"],
    ["string", "stringSchema"],
    ["class", "classSchema"],
    ["Operation", "OperationSchema"],
    ["TestClient", "TestClientSchema"],
    ["TestScope", "TestScopeSchema"],
    ["ListThingsInput", "ListThingsInputSchema"],
    ["components", "componentsSchema"],
    ["***", "Schema"],
  ])("names %s %s", async (schema, name) => {
    const { aliases } = await modelOf(
      documentWith(okResponses, { components: { schemas: { [schema]: {} } } }),
    );
    expect(aliases).toEqual([{ schema, name }]);
  });

  test.each<[schemas: string[], told: number]>([
    [["Error", "Promise", "class", "Operation", "foo.bar", "***"], 0],
    [["ListThingsInput", "TestScope", "TestClient"], 3],
    [["Error", "ErrorSchema"], 1],
    [["foo.bar", "foo-bar"], 1],
  ])("are told of where they depend on another's name: of %j, %i", async (schemas, told) => {
    const { warnings } = await modelOf(
      documentWith(okResponses, {
        components: { schemas: Object.fromEntries(schemas.map((name) => [name, {}])) },
      }),
    );
    expect(warnings.map(({ message }) => message)).toHaveLength(told);
    for (const { message, pointer } of warnings) {
      expect(message).toMatch(/^the name "\w+" .*; the schema's type is called "\w+"$/);
      expect(pointer).toMatch(/^#\/components\/schemas\//);
    }
  });

  test("never give one schema's name to another", async () => {
    const schemas = { "foo.bar": {}, "foo-bar": {}, FooBar: {} };
    const { aliases } = await modelOf(documentWith(okResponses, { components: { schemas } }));
    expect(aliases.map(({ name }) => name)).toEqual(["FooBarSchema", "FooBarSchema2", "FooBar"]);
  });
});

describe("parameters", () => {
  const parameter = (rest: object) => ({ name: "x", in: "query", schema: { type: "string" }, ...rest });
  test.each([
    [{}, { name: "x" }],
    [{ required: true }, { name: "x", required: true }],
    [{ style: "form", explode: true }, { name: "x" }],
    [
      { style: "form", explode: false },
      { name: "x", explode: false },
    ],
    [{ style: "spaceDelimited" }, { name: "x", style: "spaceDelimited" }],
    [
      { style: "pipeDelimited", explode: true },
      { name: "x", style: "pipeDelimited", explode: true },
    ],
    [
      { style: "deepObject", explode: true },
      { name: "x", style: "deepObject" },
    ],
    [{ style: "nonsense" }, { name: "x" }],
    [{ allowReserved: true }, { name: "x", allowReserved: true }],
    [{ schema: { type: "array" } }, { name: "x", type: "array" }],
    [
      { schema: { type: ["object", "null"] }, explode: false },
      { name: "x", explode: false, type: "object" },
    ],
    [{ schema: {} }, { name: "x", type: "any" }],
    [
      { schema: undefined, content: json({}) },
      { name: "x", content: "application/json" },
    ],
  ])("%j is kept as %j", async (rest, want) => {
    expect((await operationOf({ ...okResponses, parameters: [parameter(rest)] }))?.query).toEqual([want]);
  });

  test.each([
    ["/a/{id}", ["/a/", { name: "id" }]],
    ["/{a}.{b}", ["/", { name: "a" }, ".", { name: "b" }]],
    ["/{a}{b}", ["/", { name: "a" }, { name: "b" }]],
    ["/v1/{name}:publish", ["/v1/", { name: "name" }, ":publish"]],
    ["/Businesses({key})", ["/Businesses(", { name: "key" }, ")"]],
    ["/{bucket}#acl", ["/", { name: "bucket" }]],
  ])("the path %s is %j", async (path, want) => {
    const { operations } = await modelOf(documentOf({ [path]: { get: okResponses } }));
    expect(operations[0]?.path).toEqual(want);
  });
});

describe("request bodies", () => {
  test.each([
    [["text/plain", "multipart/form-data", "application/json"], "application/json"],
    [["text/plain", "application/merge-patch+json"], "application/merge-patch+json"],
    [["application/x-www-form-urlencoded", "multipart/form-data"], "multipart/form-data"],
    [["image/png", "text/plain"], "text/plain"],
    [["image/png", "application/pdf"], "image/png"],
    [["application/json-seq", "text/plain"], "text/plain"],
    [["application/problem+json", "Application/JSON; charset=utf-8"], "Application/JSON; charset=utf-8"],
    [["multipart/mixed", "multipart/form-data"], "multipart/form-data"],
    [["application/*+json", "text/json"], "text/json"],
    [["*/*", "image/*", "image/png"], "image/png"],
    [["image/*", "*/*"], "image/*"],
  ])("of %j are sent as %s", async (mediaTypes, want) => {
    const content = Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, {}]));
    expect(
      (await operationOf({ ...okResponses, requestBody: { content } }))?.body?.content[0]?.mediaType,
    ).toBe(want);
  });

  test.each([
    ["application/json", { $ref: "#/components/schemas/Item" }, { kind: "alias", name: "Item" }],
    ["application/json", { type: "string" }, { kind: "requestBody", mediaType: "application/json" }],
    [
      "multipart/form-data",
      { type: "object" },
      { kind: "multipart", body: { kind: "requestBody", mediaType: "multipart/form-data" } },
    ],
    ["text/csv", { type: "string" }, { kind: "string" }],
    ["text/event-stream", { type: "object" }, { kind: "string" }],
    [
      "application/jsonl",
      { type: "array", items: { $ref: "#/components/schemas/Item" } },
      { kind: "sequenceBody", item: { kind: "alias", name: "Item" } },
    ],
    [
      "application/vnd.items+json-seq",
      { type: "object" },
      {
        kind: "sequenceBody",
        item: { kind: "requestBody", mediaType: "application/vnd.items+json-seq" },
      },
    ],
    ["application/octet-stream", { type: "string" }, { kind: "binaryBody" }],
    [
      "multipart/related",
      { $ref: "#/components/schemas/Item" },
      { kind: "multipart", body: { kind: "alias", name: "Item" } },
    ],
    ["image/*", { type: "string" }, { kind: "binaryBody" }],
    ["*/*", { type: "object" }, { kind: "anyBody", body: { kind: "requestBody", mediaType: "*/*" } }],
    ["*/*", undefined, { kind: "binaryBody" }],
  ])("of %s with %j are typed as %j", async (mediaType, schema, want) => {
    const content = { [mediaType]: { schema } };
    const rest = { components: { schemas: { Item: {} } } };
    expect(
      (await operationOf({ ...okResponses, requestBody: { content } }, rest))?.body?.content[0]?.type,
    ).toEqual(want);
  });
});

describe("responses", () => {
  const outcomes = async (statuses: string[], security?: unknown) => {
    const responses = Object.fromEntries(statuses.map((status) => [status, { description: "" }]));
    const operation = await operationOf({ responses, ...(security !== undefined && { security }) });
    return operation?.responses.map(({ status, outcome }) => `${status} ${outcome}`);
  };

  test.each([
    [
      ["200", "404"],
      ["200 success", "401 failure", "404 failure"],
    ],
    [
      ["2XX", "4xx"],
      ["2XX success", "401 failure", "4XX failure"],
    ],
    [
      ["204", "default"],
      ["204 success", "401 failure", "default failure"],
    ],
    [["default"], ["401 failure", "default either"]],
    [["401"], ["401 failure"]],
    [["302"], ["302 failure", "401 failure"].toSorted()],
    [
      ["200", "ok", "600", "x-a"],
      ["200 success", "401 failure"],
    ],
  ])("%j are %j", async (statuses, want) => {
    expect(await outcomes(statuses)).toEqual(want);
  });

  test("have a 401 that is read as the wider declaration says", async () => {
    const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Item" } } };
    const responses = { 200: {}, default: { content } };
    const operation = await operationOf({ responses }, { components: { schemas: { Item: {} } } });
    const unauthorized = operation?.responses.find(({ status }) => status === "401");
    expect(unauthorized?.errorTypes).toEqual([{ kind: "alias", name: "Item" }]);
  });

  test("have no 401 of ours where no token is sent", async () => {
    expect(await outcomes(["200"], [])).toEqual(["200 success"]);
  });

  test.each([
    [{}, [{ kind: "undefined" }]],
    [
      { "application/problem+json": { schema: { $ref: "#/components/schemas/Item" } } },
      [{ kind: "alias", name: "Item" }],
    ],
    [{ "text/plain": {}, "image/png": {} }, [{ kind: "string" }]],
    [{ "image/png": {}, "image/gif": {} }, [{ kind: "bytes" }, { kind: "bytes" }]],
    [{ "application/octet-stream": { schema: { type: "string" } } }, [{ kind: "bytes" }]],
    [{ "*/*": { schema: { type: "string" } } }, [{ kind: "response", status: "200", mediaType: "*/*" }]],
  ])("with the content %j are typed as %j", async (content, want) => {
    const rest = { components: { schemas: { Item: {} } } };
    const operation = await operationOf({ responses: { "200": { description: "", content } } }, rest);
    expect(operation?.responses[0]?.dataTypes).toEqual(want);
  });

  const itemRef = { $ref: "#/components/schemas/Item" };
  const item = { kind: "alias", name: "Item" };
  const event = (properties: object) => ({ type: "object", properties });
  const jsonData = { type: "string", contentMediaType: "application/json", contentSchema: itemRef };
  const lookedUp = (kind: string, mediaType: string) => ({ kind, status: "200", mediaType });

  test.each<[string, string, object, unknown, unknown]>([
    ["events", "text/event-stream", { schema: itemRef }, "text/event-stream", { kind: "events", item }],
    [
      "events of text",
      "text/event-stream",
      { schema: { type: "string" } },
      { mediaType: "text/event-stream", data: "text" },
      { kind: "events", item: { kind: "string" } },
    ],
    [
      "events of a schema without a name",
      "text/event-stream",
      { schema: { type: "object" } },
      "text/event-stream",
      { kind: "events", item: lookedUp("response", "text/event-stream") },
    ],
    [
      "events with their fields",
      "text/event-stream",
      { itemSchema: event({ data: jsonData }) },
      "text/event-stream",
      { kind: "events", item },
    ],
    [
      "events by name, others as text",
      "text/event-stream; charset=utf-8",
      {
        itemSchema: {
          oneOf: [
            event({ event: { const: "item" }, data: jsonData }),
            event({ event: { const: "note" }, data: { type: "string" } }),
          ],
        },
      },
      { mediaType: "text/event-stream; charset=utf-8", data: "text", events: { item: "json" } },
      lookedUp("namedEvents", "text/event-stream; charset=utf-8"),
    ],
    [
      "events by name next to any other",
      "text/event-stream",
      {
        itemSchema: {
          oneOf: [event({ data: jsonData }), event({ event: { const: "note" }, data: { type: "string" } })],
        },
      },
      { mediaType: "text/event-stream", events: { note: "text" } },
      lookedUp("namedEvents", "text/event-stream"),
    ],
    ["lines", "application/x-ndjson", { schema: itemRef }, "application/x-ndjson", { kind: "items", item }],
    [
      "lines of an array's items",
      "application/jsonl",
      { schema: { type: "array", items: itemRef } },
      "application/jsonl",
      { kind: "items", item },
    ],
    [
      "records of an itemSchema",
      "application/json-seq",
      { itemSchema: itemRef },
      "application/json-seq",
      { kind: "items", item },
    ],
    [
      "lines of which nothing is said",
      "application/jsonl",
      {},
      "application/jsonl",
      { kind: "items", item: { kind: "unknown" } },
    ],
  ])(
    "that come item by item are streams, and texts as errors: %s",
    async (_, mediaType, media, content, type) => {
      const responses = { "200": { description: "", content: { [mediaType]: media } } };
      const rest = { openapi: "3.2.0", components: { schemas: { Item: { type: "object" } } } };
      const operation = await operationOf({ responses }, rest);
      expect(operation?.streamedType).toBeUndefined();
      expect(operation?.responses[0]).toMatchObject({
        content: [content],
        dataTypes: [type],
        errorTypes: [{ kind: "string" }],
        streamTypes: [type],
      });
    },
  );

  test("that are text or bytes may be asked for as they come, beside others that are not", async () => {
    const content = { "application/json": { schema: itemRef }, "image/*": {}, "text/csv": {} };
    const operation = await operationOf(
      { responses: { "2XX": { description: "", content } } },
      { components: { schemas: { Item: {} } } },
    );
    expect(operation?.streamedType).toBe("ListThingsStreamed");
    const streamed = operation?.accepts.map(({ mediaType, responses }) => [
      mediaType,
      responses[0]?.streamTypes.map((type) => (type.kind === "alias" ? type.name : type.kind)),
    ]);
    expect(streamed).toEqual([
      ["application/json", ["Item"]],
      ["image/*", ["byteStream"]],
      ["text/csv", ["byteStream"]],
      ["*/*", ["Item", "byteStream", "byteStream"]],
    ]);
  });

  const other = { schema: { type: "object", properties: { a: {} } } };
  const alias = { schema: itemRef };

  test.each<[string, object, unknown[], Record<string, string[]>]>([
    ["one media type", { "application/json": alias }, ["application/json"], {}],
    [
      "media types of one schema",
      { "text/json": other, "application/json": other },
      ["application/json", "text/json"],
      { "application/json": ["response"], "text/json": ["response"] },
    ],
    [
      "JSON among others",
      { "text/plain": alias, "application/json": alias, "text/json": alias },
      ["application/json", { mediaType: "text/plain", isAlternative: true }, "text/json"],
      {
        "application/json": ["alias"],
        "text/plain": ["string"],
        "text/json": ["alias"],
        "*/*": ["alias", "string", "alias"],
      },
    ],
    [
      "a range that has another",
      { "image/svg+xml": {}, "image/*": {} },
      ["image/svg+xml", { mediaType: "image/*", isAlternative: true }],
      { "image/svg+xml": ["string"], "image/*": ["string", "bytes"], "*/*": ["string", "bytes"] },
    ],
    [
      "events beside JSON",
      { "text/event-stream": alias, "application/json": other },
      ["application/json", { mediaType: "text/event-stream", isAlternative: true }],
      {
        "application/json": ["response"],
        "text/event-stream": ["events"],
        "*/*": ["response", "events"],
      },
    ],
  ])("of %s are what a call accepts of them", async (_, content, declared, want) => {
    const responses = { 200: { description: "", content }, 400: { description: "", content } };
    const operation = await operationOf(
      { responses },
      { components: { schemas: { Item: { type: "object" } } } },
    );
    expect(operation?.responses[0]?.content).toEqual(declared);
    const accepts = operation?.accepts.map(({ mediaType, responses }) => [
      mediaType,
      responses[0]?.dataTypes.map(({ kind }) => kind),
    ]);
    expect(Object.fromEntries(accepts ?? [])).toEqual(want);
    expect(operation?.resultsType).toBe("*/*" in want ? "ListThingsResults" : undefined);
    const failure = operation?.responses.find(({ status }) => status === "400");
    expect(failure?.errorTypes).toHaveLength(declared.length);
    expect(JSON.stringify(failure?.content)).not.toContain("isAlternative");
  });

  test.each<[string, object]>([
    ["failures", { "200": { content: json({}) }, "400": { content: { "text/plain": {} } } }],
    ["a default beside successes", { "201": {}, default: { content: { "text/plain": {} } } }],
    ["what may be anything", { "200": { content: { "*/*": {} } } }],
    ["what has no body", { "204": { content: { "text/plain": {} } } }],
  ])("are not asked for as they come where they are %s", async (_, responses) => {
    expect((await operationOf({ responses }))?.streamedType).toBeUndefined();
  });

  test.each(["204", "205", "304"])(
    "with the status %s have no body, whatever is declared",
    async (status) => {
      const operation = await operationOf({
        responses: { [status]: { description: "", content: json({}) } },
      });
      const response = operation?.responses.find((response) => response.status === status);
      expect([response?.dataTypes, response?.errorTypes]).toEqual([
        [{ kind: "undefined" }],
        [{ kind: "undefined" }],
      ]);
    },
  );
});

describe("media types", () => {
  test.each([
    ["application/json", true],
    ["APPLICATION/JSON", true],
    [" application/json ; charset=utf-8", true],
    ["application/problem+json", true],
    ["application/vnd.api+json;profile=a", true],
    ["text/json", true],
    ["application/json-seq", false],
    ["application/json-patch", false],
    ["application/jsonlines", false],
    ["application/x+json-stream", false],
    ["application/octet-stream; of=application/json", false],
    ["application/*", false],
  ])(
    "are JSON or not for the types as they are when a body is read and written: %s",
    async (mediaType, want) => {
      const content = { [mediaType]: { schema: { $ref: "#/components/schemas/Item" } } };
      const responses = { "200": { description: "", content } };
      const rest = { components: { schemas: { Item: {} } } };
      const operation = await operationOf({ requestBody: { content }, responses }, rest);
      expect(operation?.body?.content[0]?.type.kind === "alias").toBe(want);
      expect(operation?.responses[0]?.dataTypes[0]?.kind === "alias").toBe(want);
      expect(isJson(essenceOf(mediaType))).toBe(want);
    },
  );
});

describe("the base URL", () => {
  const servers = [{ url: "https://api.example.com/v1" }];

  test.each([
    [undefined, undefined],
    ["https://api.example.com/", "https://api.example.com/"],
    ["document", "https://api.example.com/v1"],
  ])("configured as %s is %s: the document's servers grant nothing by themselves", async (baseUrl, want) => {
    const model = await modelOf(
      documentWith(okResponses, { servers }),
      baseUrl === undefined ? {} : { baseUrl },
    );
    expect(model.baseUrl).toBe(want);
  });

  test.each([
    [[{ url: "/v1" }]],
    [[]],
    [[{ url: "http://api.example.com" }]],
    [[{ url: "https://user:hunter2@api.example.com" }]],
    [[{ url: "https://api.example.com/?key=hunter2" }]],
    [[{ url: "https://api.example.com/#hunter2" }]],
    [[{ url: "https://{user}@api.example.com", variables: { user: { default: "hunter2" } } }]],
  ])("is ERR_DOCUMENT_INVALID for the trusted servers %j, without repeating them", async (given) => {
    const document = documentWith(okResponses, { servers: given });
    const error = await generatorErrorOf(() => modelOf(document, { baseUrl: "document" }));
    expect(error.code).toBe("ERR_DOCUMENT_INVALID");
    expect(error.message).not.toContain("hunter2");
  });
});
