import { describe, expect, test } from "vitest";
import { specOf } from "../../../support/documents.ts";

const styled = { style: "form", explode: false, allowReserved: true };
const encoding = { list: { ...styled, contentType: "text/plain" } };

/** What is left of the encoding of a body's property. */
async function encodingOf(openapi: string, mediaType: string): Promise<unknown> {
  const schema = { type: "object", properties: { list: { type: "array", items: { type: "string" } } } };
  const requestBody = { content: { [mediaType]: { schema, encoding } } };
  const responses = { "204": { description: "Fine." } };
  const { operations } = await specOf({
    openapi,
    info: { title: "Test API", version: "1" },
    paths: { "/things": { post: { requestBody, responses } } },
  });
  const body = operations[0]?.operation["requestBody"] as typeof requestBody;
  return body.content[mediaType]?.encoding.list;
}

describe("an encoding", () => {
  test.each([
    ["3.0.3", "application/x-www-form-urlencoded"],
    ["3.0.3", "Application/x-www-form-urlencoded; charset=utf-8"],
    ["3.1.1", "multipart/form-data"],
    ["3.2.0", "multipart/form-data"],
  ])("keeps its style in %s of %s", async (version, mediaType) => {
    expect(await encodingOf(version, mediaType)).toEqual(encoding.list);
  });

  // OpenAPI 3.0: "SHALL be ignored if the request body media type is not application/x-www-form-urlencoded".
  test("has no style in the multipart bodies of 3.0", async () => {
    expect(await encodingOf("3.0.3", "multipart/form-data")).toEqual({ contentType: "text/plain" });
  });
});

describe("a media type", () => {
  test.each(["a/b\r\nX: y", "a/b\u0000", "a/\u00fc", "a/\u2028"])(
    "that no header can hold is left out, and that is told: %j",
    async (mediaType) => {
      const content = { [mediaType]: {}, "text/plain": { schema: { type: "string" } } };
      const { operations, warnings } = await specOf({
        openapi: "3.1.1",
        info: { title: "Test API", version: "1" },
        paths: { "/things": { get: { responses: { "200": { description: "Fine.", content } } } } },
      });
      expect(operations[0]?.operation["responses"]).toMatchObject({
        "200": { content: { "text/plain": {} } },
      });
      expect(JSON.stringify(operations)).not.toContain(JSON.stringify(mediaType).slice(1, -1));
      expect(warnings).toMatchObject([{ message: expect.stringContaining("left out") }]);
    },
  );
});
