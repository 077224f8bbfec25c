import { describe, expect, test } from "vitest";
import { requestFormatOf, responseFormatOf } from "../../generator/src/media-type.ts";
import { formatOf } from "../../runtime/src/deserialize/body-format.ts";
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

describe("requestFormatOf", () => {
  test.each([
    ["Application/JSON; charset=utf-8", "json"],
    ["application/merge-patch+json", "json"],
    ["application/*+json", "json"],
    ["multipart/form-data; boundary=x", "multipart"],
    ["multipart/*", "multipart"],
    ["application/x-www-form-urlencoded", "urlencoded"],
    ["text/xml", "text"],
    ["application/xml", "bytes"],
    ["application/x-ndjson", "items"],
    ["image/*", "bytes"],
    ["*/*", "bytes"],
  ])("writes %s as %s", (mediaType, want) => {
    expect(requestFormatOf(mediaType)).toBe(want);
  });
});
