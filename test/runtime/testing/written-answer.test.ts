import { describe, expect, test } from "vitest";
import type { Operation } from "../../../runtime/src/operation.ts";
import { writeDeclared, writeUndeclared } from "../../../runtime/src/testing/written-answer.ts";

type Responses = Operation["responses"];

interface Given {
  readonly responses: Responses;
  readonly status?: number;
  readonly body?: unknown;
  readonly method?: string;
  readonly accept?: string;
  readonly contentType?: string;
}

/** Content type and text of what is written. */
async function write({ responses, status = 200, body, method = "GET", accept, contentType }: Given) {
  const operation: Operation = { method, path: ["/"], responses };
  const options = contentType === undefined ? {} : { contentType };
  const { headers, chunks } = writeDeclared(operation, { ...(accept && { accept }) } as object, {
    status,
    body,
    options,
  });
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return [headers["content-type"], text];
}

const item = { id: 1 };
const events = { mediaType: "text/event-stream", events: { note: "text" } } as const;
const csv = { mediaType: "text/csv", isAlternative: true } as const;

describe("writeDeclared", () => {
  test.each<[string, Given, [string | undefined, string]]>([
    ["JSON", { responses: { 200: ["application/json"] }, body: item }, ["application/json", '{"id":1}']],
    ["JSON that is null", { responses: { 200: ["a/b+json"] }, body: null }, ["a/b+json", "null"]],
    ["text", { responses: { 200: ["text/plain"] }, body: "a" }, ["text/plain", "a"]],
    ["bytes", { responses: { 200: ["image/png"] }, body: Uint8Array.of(97) }, ["image/png", "a"]],
    [
      "lines",
      { responses: { 200: ["application/jsonl"] }, body: [1, item] },
      ["application/jsonl", '1\n{"id":1}\n'],
    ],
    [
      "records",
      { responses: { 200: ["application/json-seq"] }, body: [1, 2] },
      ["application/json-seq", "\x1e1\n\x1e2\n"],
    ],
    [
      "events",
      {
        responses: { 200: [events] },
        body: [{ data: item }, { event: "note", data: "a\nb", id: "7", retry: 9 }],
      },
      ["text/event-stream", 'data: {"id":1}\n\nevent: note\nid: 7\nretry: 9\ndata: a\ndata: b\n\n'],
    ],
    [
      "events that are text",
      { responses: { 200: [{ ...events, data: "text" }] }, body: [{ data: "a" }] },
      ["text/event-stream", "data: a\n\n"],
    ],
    [
      "a range of statuses",
      { responses: { "4XX": ["text/plain"] }, status: 404, body: "a" },
      ["text/plain", "a"],
    ],
    ["default", { responses: { default: ["text/plain"] }, status: 500, body: "a" }, ["text/plain", "a"]],
    [
      "a 401 that is declared by nobody",
      { responses: {}, status: 401, body: item },
      ["application/json", '{"id":1}'],
    ],
    ["any media type", { responses: { 200: ["*/*"] }, body: "a" }, ["text/plain", "a"]],
    [
      "the media type that a call accepts",
      { responses: { 200: ["application/json", csv] }, body: "a,b", accept: "text/csv" },
      ["text/csv", "a,b"],
    ],
    [
      "the preferred one where it accepts none in particular",
      { responses: { 200: [csv, "application/json"] }, body: item },
      ["application/json", '{"id":1}'],
    ],
    [
      "the one that the test says",
      { responses: { 200: ["application/json", csv] }, body: "a,b", contentType: "text/csv" },
      ["text/csv", "a,b"],
    ],
    [
      "one of a range",
      { responses: { 200: ["image/*"] }, body: Uint8Array.of(97), contentType: "image/gif" },
      ["image/gif", "a"],
    ],
    ["nothing where none is declared", { responses: { 202: [] }, status: 202, body: item }, [undefined, ""]],
    ["nothing for 204", { responses: { 204: ["text/plain"] }, status: 204, body: "a" }, [undefined, ""]],
    ["nothing for HEAD", { responses: { 200: ["text/plain"] }, method: "HEAD", body: "a" }, [undefined, ""]],
    ["nothing where nothing is given", { responses: { 200: ["application/json"] } }, [undefined, ""]],
  ])("writes %s", async (_, given, want) => {
    expect(await write(given)).toEqual(want);
  });

  test.each<[string, unknown]>([
    ["a list", Uint8Array.of(97, 98)],
    ["an ArrayBuffer", new Uint8Array([97, 98]).buffer],
    ["a view", new DataView(new Uint8Array([0, 97, 98]).buffer, 1)],
    ["a Blob", new Blob(["ab"])],
  ])("writes bytes as they are, be they %s, declared or not", async (_, body) => {
    expect(await write({ responses: { 200: ["image/png"] }, body })).toEqual(["image/png", "ab"]);
    expect(await write({ responses: { 200: ["*/*"] }, body })).toEqual(["application/octet-stream", "ab"]);
    const responses = { 200: ["application/json"] };
    expect(await write({ responses, body, contentType: "application/zip" })).toEqual([
      "application/zip",
      "ab",
    ]);
  });

  test.each<[string, unknown, string]>([
    ["an object as text", item, "application/xml"],
    ["a list as bytes", [item], "image/png"],
    ["an object as lines", item, "application/jsonl"],
    ["null as text", null, "text/plain"],
  ])("refuses %s", async (_, body, contentType) => {
    const writing = write({ responses: { 200: ["application/json"] }, body, contentType });
    await expect(writing).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(writing).rejects.toThrow(contentType);
  });

  test("needs the media type where the document has a range only", async () => {
    const writing = write({ responses: { 200: ["image/*"] }, body: Uint8Array.of(1) });
    await expect(writing).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });
});

describe("writeUndeclared", () => {
  test.each([
    ["a", {}, "text/plain", "a"],
    [Uint8Array.of(97), {}, "application/octet-stream", "a"],
    [item, {}, "application/json", '{"id":1}'],
    ["<p>", { contentType: "text/html" }, "text/html", "<p>"],
    ["<p>", { headers: { "content-type": "text/html" } }, "text/html", "<p>"],
  ])("writes %o with %o", (body, options, contentType, text) => {
    const { headers, chunks } = writeUndeclared(body, options);
    expect(headers["content-type"]).toBe(contentType);
    expect(Buffer.concat([...(chunks as Iterable<Buffer>)]).toString()).toBe(text);
  });
});
