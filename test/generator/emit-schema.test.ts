import { describe, expect, test } from "vitest";
import { buildModel } from "../../generator/src/build-model.ts";
import { emitSchema } from "../../generator/src/emit-schema.ts";
import {
  authorizedSpecOf,
  documentOf,
  documentWith,
  generatorErrorOf,
  okResponses,
} from "../support/documents.ts";

async function schemaOf(document: unknown): Promise<string> {
  const spec = await authorizedSpecOf(document);
  return emitSchema(spec, buildModel(spec));
}

const withSchemas = (schemas: Record<string, unknown>) =>
  documentWith(okResponses, { components: { schemas } });

describe("emitSchema", () => {
  test("has an entry for every operation, under the method's name", async () => {
    const paths = { "/a": { get: { ...okResponses, operationId: "a.get" }, put: okResponses } };
    const text = await schemaOf(documentOf(paths));
    expect(text).toMatch(/operations \{\n {2}aGet: \{/);
    expect(text).toMatch(/\n {2}putA: \{/);
  });

  test("has none for webhooks, whose operationIds may be a method's", async () => {
    const webhooks = { created: { post: { ...okResponses, operationId: "listThings" } } };
    const text = await schemaOf(documentWith(okResponses, { webhooks }));
    expect(text.match(/^ {2}listThings: \{/gm)).toHaveLength(1);
  });

  test.each([
    ["bytes of a form", { type: "string", format: "binary" }, "file?: Blob;"],
    [
      "bytes that may be null (3.0)",
      { type: "string", format: "binary", nullable: true },
      "file?: Blob | null;",
    ],
    ["bytes that may be null (3.1)", { type: ["string", "null"], format: "binary" }, "file?: Blob | null;"],
    ["bytes of a media type (3.1)", { contentMediaType: "image/png" }, "file?: Blob;"],
    ["bytes in no encoding (3.1)", { type: "string", contentEncoding: "binary" }, "file?: Blob;"],
    [
      "bytes in an encoding, which are text",
      { type: "string", contentMediaType: "image/png", contentEncoding: "base64" },
      "file?: string;",
    ],
    ["text of a media type", { type: "string", contentMediaType: "application/json" }, "file?: string;"],
    ["a default, which makes nothing required", { type: "string", default: "x" }, "file?: string;"],
    ["an object of anything", { type: "object" }, "file?: Record<string, unknown>;"],
    ["an enumeration, without code", { type: "string", enum: ["a", 'b"'] }, 'file?: "a" | "b\\"";'],
  ])("prints %s", async (_, file, want) => {
    expect(await schemaOf(withSchemas({ Form: { type: "object", properties: { file } } }))).toContain(want);
  });

  test("prints the type of a parameter declared by its content", async () => {
    const parameters = [
      { name: "filter", in: "query", content: { "application/json": { schema: { type: "number" } } } },
    ];
    expect(await schemaOf(documentWith({ ...okResponses, parameters }))).toContain("filter?: number;");
  });

  test("has a parameter that is the whole query string among those of the query", async () => {
    const schema = { type: "object", properties: { a: { type: "number" } } };
    const content = { "application/x-www-form-urlencoded": { schema } };
    const components = { parameters: { Filter: { name: "filter", in: "querystring", content } } };
    const operation = { ...okResponses, parameters: [{ $ref: "#/components/parameters/Filter" }] };
    const text = await schemaOf({ ...documentWith(operation, { components }), openapi: "3.2.0" });
    expect(text).toMatch(/query\?: \{\n\s*filter\?: \{\n\s*a\?: number;/);
  });

  test("leaves the loaded document as it was", async () => {
    const spec = await authorizedSpecOf(
      withSchemas({ A: { oneOf: [], discriminator: { propertyName: "x" } } }),
    );
    const before = JSON.stringify(spec.document);
    emitSchema(spec, buildModel(spec));
    expect(JSON.stringify(spec.document)).toBe(before);
  });

  test("is ERR_DOCUMENT_INVALID for a schema that openapi-typescript cannot read", async () => {
    const spec = await authorizedSpecOf(withSchemas({ A: {} }));
    const document = withSchemas({ A: { type: "object", properties: { x: 1 } } });
    const error = await generatorErrorOf(() => emitSchema({ ...spec, document }, buildModel(spec)));
    expect(error.code).toBe("ERR_DOCUMENT_INVALID");
  });
});
