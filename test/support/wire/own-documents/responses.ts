import { contentOf, documentOf, integer, record, text, texts } from "./document.ts";

type Fields = Readonly<Record<string, unknown>>;

function answering(responses: Readonly<Record<string, Fields | undefined>>, method = "get") {
  const described = Object.entries(responses).map(([status, content]) => [
    status,
    { description: "An answer.", ...(content !== undefined && { content }) },
  ]);
  return { [method]: { responses: Object.fromEntries(described) } };
}

const problem = contentOf("application/problem+json", {
  type: "object",
  properties: { title: text, status: integer },
});
const json = contentOf("application/json", record);
const bytes = { type: "string", format: "binary" };

/** Answers: every kind of status and of media type. */
export const responseDocument = documentOf("3.1.1", {
  "/statuses": answering({
    "200": json,
    "201": json,
    "202": undefined,
    "204": undefined,
    "400": problem,
    "404": problem,
  }),
  "/ranges": answering({
    "2XX": json,
    "4XX": problem,
    "5XX": contentOf("text/plain", text),
    default: problem,
  }),
  "/nearest": answering({
    "200": json,
    "2XX": contentOf("text/plain", text),
    "404": undefined,
    "4XX": problem,
  }),
  "/default-only": answering({ default: json }),
  "/default-error": answering({ "200": json, default: problem }),
  "/lower-case": answering({ "2xx": json, "4xx": problem }),
  "/redirects": answering({
    "301": undefined,
    "302": json,
    "303": undefined,
    "304": undefined,
    "307": undefined,
  }),
  "/unauthorized": answering({ "200": json, "401": problem, "403": problem }),
  "/busy": answering({ "200": json, "429": problem, "503": problem }),
  "/no-body": answering({ "204": json, "205": contentOf("text/plain", text), "200": undefined }),
  "/head": {
    ...answering({ "200": json, "404": problem }, "head"),
    ...answering({ "200": json }, "options"),
  },
  "/types": answering({
    "200": {
      ...json,
      ...contentOf("application/vnd.cells.v2+json", texts),
      ...contentOf("text/plain", text),
      ...contentOf("text/html; charset=utf-8", text),
      ...contentOf("application/xml", record),
      ...contentOf("application/octet-stream", bytes),
      ...contentOf("image/*", bytes),
    },
    "400": { ...problem, ...contentOf("text/plain", text), ...contentOf("application/octet-stream", bytes) },
  }),
  "/anything": answering({ "200": contentOf("*/*", bytes) }),
  "/scalars": answering({
    "200": contentOf("application/json", { type: "string" }),
    "201": contentOf("application/json", { type: "boolean" }),
    "202": contentOf("application/json", { type: "null" }),
    "203": contentOf("application/json", { type: "array", items: {} }),
  }),
  "/events": answering({ "200": contentOf("text/event-stream", record), "400": problem }),
  "/lines": answering({ "200": contentOf("application/x-ndjson", record) }),
  "/json-lines": answering({ "200": contentOf("application/jsonl", record) }),
  "/json-seq": answering({ "200": contentOf("application/json-seq", record) }),
});
