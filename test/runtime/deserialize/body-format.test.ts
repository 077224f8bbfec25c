import { describe, expect, test } from "vitest";
import { type BodyFormat, formatOf } from "../../../runtime/src/deserialize/body-format.ts";

describe("formatOf", () => {
  test.each<[string, BodyFormat]>([
    ["application/json", "json"],
    ["text/json", "json"],
    ["application/problem+json", "json"],
    ["text/event-stream", "events"],
    ["application/x-ndjson", "lines"],
    ["application/ndjson", "lines"],
    ["application/jsonl", "lines"],
    ["application/x-jsonlines", "lines"],
    ["application/json-lines", "lines"],
    ["application/stream+json", "lines"],
    ["application/vnd.acme+jsonl", "lines"],
    ["application/json-seq", "records"],
    ["application/geo+json-seq", "records"],
    ["text/plain", "text"],
    ["application/xml", "text"],
    ["image/svg+xml", "text"],
    ["application/yaml", "text"],
    ["application/x-www-form-urlencoded", "text"],
    ["image/png", "bytes"],
    ["multipart/mixed", "bytes"],
    ["multipart/form-data", "bytes"],
    ["application/octet-stream", "bytes"],
    ["", "bytes"],
  ])("reads %s as %s", (essence, want) => {
    expect(formatOf(essence)).toBe(want);
  });
});
