import { describe, expect, test } from "vitest";
import { operationSchemas } from "../../generator/src/operation-schemas.ts";
import { documentWith, specOf } from "../support/documents.ts";

const schema = (title: string) => ({ title });

describe("operationSchemas", () => {
  test("lists what is sent and received, with the media types of bodies", async () => {
    const { document, operations } = await specOf(
      documentWith(
        {
          parameters: [
            { name: "a", in: "query", schema: schema("query") },
            { name: "b", in: "query", content: { "application/json": { schema: schema("content") } } },
          ],
          requestBody: { $ref: "#/components/requestBodies/B" },
          responses: {
            200: {
              description: "",
              headers: { X: { schema: schema("header") } },
              content: {
                "text/plain": { schema: schema("text") },
                "application/jsonl": { itemSchema: schema("item") },
              },
            },
          },
        },
        {
          openapi: "3.2.0",
          components: { requestBodies: { B: { content: { "image/png": { schema: schema("body") } } } } },
        },
      ),
    );
    const found = operationSchemas(document, operations);
    expect(found.filter(({ mediaType }) => mediaType !== undefined)).toEqual([
      { direction: "request", mediaType: "image/png", schema: schema("body") },
      { direction: "response", mediaType: "text/plain", schema: schema("text") },
      { direction: "response", mediaType: "application/jsonl", schema: schema("item") },
    ]);
    expect(found.filter(({ mediaType }) => mediaType === undefined)).toEqual([
      { direction: "request", schema: schema("query") },
      { direction: "request", schema: schema("content") },
      { direction: "response", schema: schema("header") },
    ]);
  });

  test("lists those of what several operations refer to once", async () => {
    const operation = { requestBody: { $ref: "#/components/requestBodies/B" }, responses: {} };
    const { document, operations } = await specOf({
      ...documentWith(operation, {
        components: { requestBodies: { B: { content: { "text/plain": { schema: {} } } } } },
      }),
      paths: { "/a": { post: operation, put: operation } },
    });
    expect(operationSchemas(document, operations)).toHaveLength(1);
  });
});
