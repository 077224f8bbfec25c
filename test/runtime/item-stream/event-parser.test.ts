import { describe, expect, test } from "vitest";
import { type EventFormat, EventParser } from "../../../runtime/src/item-stream/event-parser.ts";
import { itemErrors, readAll } from "../../support/item-errors.ts";

const json: EventFormat = { data: "json", events: new Map() };
const text: EventFormat = { data: "text", events: new Map() };

const read = (body: string | Buffer, format = json, size = body.length) =>
  readAll(new EventParser(format, itemErrors()), Buffer.from(body), size);

describe("EventParser", () => {
  test.each<[string, string, EventFormat, unknown[]]>([
    ["JSON", 'data: {"a":1}\n\n', json, [{ event: "message", data: { a: 1 } }]],
    ["text", 'data: {"a":1}\n\n', text, [{ event: "message", data: '{"a":1}' }]],
    ["data of several lines", "data: [1,\ndata:2]\n\n", json, [{ event: "message", data: [1, 2] }]],
    ["names", "event: created\ndata: 1\n\n", json, [{ event: "created", data: 1 }]],
    [
      "any line break",
      "data: 1\r\n\r\ndata: 2\r\r",
      json,
      [1, 2].map((data) => ({ event: "message", data })),
    ],
    [
      "no comments and no fields of another name",
      ": hello\nx: y\ndata: 1\n\n",
      json,
      [{ event: "message", data: 1 }],
    ],
    [
      "no event without data",
      "event: ping\n\nid: 7\n\ndata: 1\n\n",
      json,
      [{ event: "message", data: 1, id: "7" }],
    ],
    [
      "no empty data that should be JSON",
      "event: ping\ndata:\n\ndata: 1\n\n",
      json,
      [{ event: "message", data: 1 }],
    ],
    ["empty text", "data\n\n", text, [{ event: "message", data: "" }]],
    ["no event that is not complete", "data: 1\n\ndata: 2\n", json, [{ event: "message", data: 1 }]],
    ["nothing after [DONE]", "data: 1\n\ndata: [DONE]\n\ndata: 2\n\n", json, [{ event: "message", data: 1 }]],
    ["[DONE] as any other text", "data: [DONE]\n\n", text, [{ event: "message", data: "[DONE]" }]],
    ["a byte order mark as none", "\ufeffdata: 1\n\n", json, [{ event: "message", data: 1 }]],
  ])("reads %s", (_, body, format, want) => {
    expect(read(body, format).items).toEqual(want);
  });

  test.each([1, 2, 3, 5])("reads what comes in pieces of %d bytes", (size) => {
    const body = 'id: é\nevent: häppy\ndata: {"é":\r\ndata: "✓"}\n\n';
    expect(read(body, json, size).items).toEqual([{ event: "häppy", data: { é: "✓" }, id: "é" }]);
  });

  test("says the last id that the stream has given, until the stream takes it back", () => {
    const body = "id: 1\ndata: 0\n\ndata: 0\n\nid: 2\ndata: 0\n\nid\ndata: 0\n\nid: a\0b\ndata: 0\n\n";
    const ids = read(body).items.map((event) => (event as { id?: string }).id);
    expect(ids).toEqual(["1", "1", "2", undefined, undefined]);
  });

  test("says once how long to wait before connecting again", () => {
    const body = "retry: 3000\n\ndata: 1\n\ndata: 2\n\nretry: soon\ndata: 3\n\n";
    const waits = read(body).items.map((event) => (event as { retry?: number }).retry);
    expect(waits).toEqual([3000, undefined, undefined]);
  });

  test("reads events as is said for their name", () => {
    const events = new Map([
      ["note", "text"],
      ["value", "json"],
    ] as const);
    const body = "event: note\ndata: 1\n\nevent: value\ndata: 1\n\nevent: constructor\ndata: 1\n\n";
    const data = (format: EventFormat) =>
      read(body, format).items.map((event) => (event as { data: unknown }).data);
    expect(data({ data: "json", events })).toEqual(["1", 1, 1]);
    expect(data({ data: "text", events })).toEqual(["1", 1, "1"]);
  });

  test("fails at data that is no JSON, after the events before it", () => {
    expect(read("data: 1\n\ndata: oops\n\ndata: 3\n\n")).toEqual({
      items: [{ event: "message", data: 1 }],
      error: "unreadable: oops",
    });
  });

  test.each([
    ["line", `data: 1\n\ndata: ${"x".repeat(100)}`],
    ["event", `data: 1\n\n${"data: xxxxxxxxx\n".repeat(10)}`],
  ])("fails at a %s that is too long, after the events before it", (_, body) => {
    const parser = new EventParser(json, itemErrors(80));
    expect(readAll(parser, Buffer.from(body), 30)).toEqual({
      items: [{ event: "message", data: 1 }],
      error: "too large",
    });
  });

  test("fails at an event of too many lines, which take more memory than their text", () => {
    const body = Buffer.from("data:\n".repeat(200_000));
    const parser = new EventParser(text, itemErrors(10_000_000));
    expect(readAll(parser, body, 64_000)).toEqual({ items: [], error: "too large" });
  });

  test("reads any number of lines that blank ones set apart, or that are of no event", () => {
    const body = `${": still here\n\n".repeat(100_000)}data: 1\n\n${"x\n".repeat(10_000)}\ndata: 2\n\n`;
    const parser = new EventParser(json, itemErrors(1_000));
    const { items } = readAll(parser, Buffer.from(body), 1_000);
    expect(items).toHaveLength(2);
  });
});
