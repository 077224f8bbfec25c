import { contentOf, documentOf, fine, integer, map, record, text, texts } from "./document.ts";

type Fields = Readonly<Record<string, unknown>>;

function taking(content: Fields, rest: Fields = { required: true }) {
  return { post: { requestBody: { content, ...rest }, ...fine } };
}

const file = { type: "string", format: "binary" };
const nested = { type: "object", properties: { a: text, b: { type: "object", properties: { c: text } } } };

const pet = {
  type: "object",
  required: ["id", "name", "secret"],
  properties: {
    id: { type: "integer", readOnly: true },
    name: text,
    secret: { type: "string", writeOnly: true },
    owner: { $ref: "#/components/schemas/Owner" },
    parents: { type: "array", items: { $ref: "#/components/schemas/Pet" } },
    byName: { type: "object", additionalProperties: { $ref: "#/components/schemas/Owner" } },
    tag: {
      allOf: [{ $ref: "#/components/schemas/Owner" }, { properties: { stamp: { readOnly: true, ...text } } }],
    },
  },
};

const owner = { type: "object", properties: { url: { readOnly: true, ...text }, name: text } };

const form = {
  type: "object",
  required: ["text"],
  properties: {
    text,
    "a b&ü": text,
    number: integer,
    flag: { type: "boolean" },
    list: texts,
    record,
    nested,
  },
};

/** Request bodies: every kind of media type, with and without encoding. */
export const bodyDocument = documentOf(
  "3.1.1",
  {
    "/json": taking(contentOf("application/json", { $ref: "#/components/schemas/Pet" })),
    "/json-list": taking(
      contentOf("application/json", { type: "array", items: { $ref: "#/components/schemas/Pet" } }),
    ),
    "/json-text": taking(contentOf("application/json", text)),
    "/json-null": taking(
      contentOf("application/json", { type: ["object", "null"], properties: { a: text } }),
    ),
    "/json-map": taking(contentOf("application/vnd.cells+json; charset=utf-8", map)),
    "/json-patch": taking(
      contentOf("application/json-patch+json", {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["op", "path"],
          properties: { op: { enum: ["add", "remove", "replace"] }, path: text, value: {} },
        },
      }),
    ),
    "/optional": taking(contentOf("application/json", pet), {}),
    "/text": taking(contentOf("text/plain", text)),
    "/xml": taking({ ...contentOf("application/xml", record) }),
    "/xml-suffix": taking({ ...contentOf("application/soap+xml", record) }),
    "/csv": taking({ ...contentOf("text/csv", text) }),
    "/bytes": taking({ ...contentOf("application/octet-stream", file) }),
    "/image": taking({ ...contentOf("image/*", file) }),
    "/anything": taking({ ...contentOf("*/*", file) }),
    "/form": taking(contentOf("application/x-www-form-urlencoded", form)),
    "/form-styles": taking(
      contentOf("application/x-www-form-urlencoded", form, {
        encoding: {
          list: { style: "form", explode: false },
          record: { style: "form", explode: false },
          nested: { style: "deepObject", explode: true },
        },
      }),
    ),
    "/form-delimiters": taking(
      contentOf(
        "application/x-www-form-urlencoded",
        {
          type: "object",
          properties: {
            spaces: { ...texts, items: integer },
            pipes: { ...texts, items: integer },
            json: record,
          },
        },
        {
          encoding: {
            spaces: { style: "spaceDelimited", explode: false },
            pipes: { style: "pipeDelimited", explode: false },
            json: { contentType: "application/json" },
          },
        },
      ),
    ),
    "/parts": taking(
      contentOf("multipart/form-data", {
        type: "object",
        required: ["text"],
        properties: {
          ...form.properties,
          file,
          files: { type: "array", items: file },
          records: { type: "array", items: record },
          base64: { type: "string", contentEncoding: "base64" },
        },
      }),
    ),
    "/parts-encoded": taking(
      contentOf(
        "multipart/form-data",
        {
          type: "object",
          required: ["meta"],
          properties: { meta: record, file, xml: text, list: texts, image: file },
        },
        {
          encoding: {
            meta: { contentType: "application/vnd.cells+json" },
            xml: { contentType: "application/xml" },
            list: { contentType: "text/plain" },
            image: { contentType: "image/png, image/jpeg" },
            file: { contentType: "application/octet-stream", headers: { "X-Part": { schema: text } } },
          },
        },
      ),
    ),
    "/several": taking({
      ...contentOf("application/json", pet),
      ...contentOf("application/x-www-form-urlencoded", form),
      ...contentOf("multipart/form-data", form),
      ...contentOf("application/xml", record),
      ...contentOf("text/plain", text),
    }),
    "/get-with-body": { get: { requestBody: { content: contentOf("application/json", pet) }, ...fine } },
    "/delete-with-body": {
      delete: { requestBody: { required: true, content: contentOf("application/json", pet) }, ...fine },
    },
  },
  { components: { schemas: { Pet: pet, Owner: owner } } },
);
