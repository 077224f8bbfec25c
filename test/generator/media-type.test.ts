import { describe, expect, test } from "vitest";
import { responseFormatOf } from "../../generator/src/media-type.ts";
import { formatOf } from "../../runtime/src/body-format.ts";
import { essenceOf } from "../../runtime/src/media-type.ts";

describe("responseFormatOf", () => {
  test.each([
    ["application/json", "json"],
    [" Application/Problem+JSON ; charset=utf-8", "json"],
    ["text/event-stream;charset=utf-8", "events"],
    ["application/x-ndjson", "items"],
    ["application/ndjson", "items"],
    ["application/jsonl", "items"],
    ["application/json-lines", "items"],
    ["application/x-jsonlines", "items"],
    ["application/stream+json", "items"],
    ["application/vnd.acme+ndjson", "items"],
    ["application/json-seq", "items"],
    ["application/geo+json-seq", "items"],
    ["text/*", "text"],
    ["application/xml", "text"],
    ["image/svg+xml", "text"],
    ["application/x-yaml", "text"],
    ["application/jwt", "text"],
    ["application/json-patch", "bytes"],
    ["multipart/mixed", "bytes"],
    ["image/*", "bytes"],
    ["*/*", "bytes"],
    ["", "bytes"],
  ])("reads %s as %s, and so does the runtime", (mediaType, want) => {
    expect(responseFormatOf(mediaType)).toBe(want);
    const format = formatOf(essenceOf(mediaType));
    expect(format === "lines" || format === "records" ? "items" : format).toBe(want);
  });
});
