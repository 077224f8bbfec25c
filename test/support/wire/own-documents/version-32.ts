import { contentOf, documentOf, fine, integer, record, text, texts } from "./document.ts";

/** Nothing is encoded: keys are as cookies may have them. */
const plainRecord = { type: "object", properties: { R: integer, "G-b": text } };

const cookies = Object.entries({ text, integer, texts, record: plainRecord }).flatMap(([name, schema]) =>
  [true, false].map((explode) => ({
    name: `${name}-${explode}`,
    in: "cookie",
    style: "cookie",
    explode,
    schema,
  })),
);

const sent = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "integer", readOnly: true }, name: text, numbers: texts },
};
const sentList = { type: "array", items: sent };

function eventsOf(data: object) {
  const itemSchema = { type: "object", properties: { data } };
  return { get: { responses: { "200": { content: { "text/event-stream": { itemSchema } } } } } };
}

/** What 3.2 adds: methods, whole query strings, style cookie, streams of items. */
export const document32 = documentOf("3.2.0", {
  "/search": {
    query: { requestBody: { required: true, content: contentOf("application/json", record) }, ...fine },
    additionalOperations: {
      LINK: { ...fine },
      COPY: { requestBody: { content: contentOf("application/json", record) }, ...fine },
    },
  },
  "/querystring/json": {
    get: {
      parameters: [
        { name: "all", in: "querystring", required: true, content: contentOf("application/json", record) },
      ],
      ...fine,
    },
  },
  "/querystring/form": {
    get: {
      parameters: [
        {
          name: "all",
          in: "querystring",
          required: true,
          content: contentOf("application/x-www-form-urlencoded", {
            type: "object",
            required: ["a b"],
            properties: { "a b": text, n: integer },
          }),
        },
      ],
      ...fine,
    },
  },
  "/cookies": { get: { parameters: cookies, ...fine } },
  "/lists": { get: { parameters: [{ name: "list", in: "query", style: "form", schema: texts }], ...fine } },
  "/events": eventsOf({ type: "string", contentMediaType: "application/json", contentSchema: record }),
  "/text-events": eventsOf(text),
  "/items/lines": {
    post: {
      requestBody: { required: true, content: { "application/jsonl": { itemSchema: sent } } },
      ...fine,
    },
  },
  "/items/records": {
    post: {
      requestBody: { required: true, content: { "application/json-seq": { itemSchema: text } } },
      ...fine,
    },
  },
  "/items/list": {
    post: { requestBody: { required: true, content: contentOf("application/x-ndjson", sentList) }, ...fine },
  },
  "/lines": { get: { responses: { "200": { content: { "application/jsonl": { itemSchema: record } } } } } },
  "/sequence": {
    get: { responses: { "200": { content: { "application/json-seq": { itemSchema: record } } } } },
  },
});
