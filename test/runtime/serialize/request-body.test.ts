import { describe, expect, test } from "vitest";
import { compileBody } from "../../../runtime/src/serialize/request-body.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("compileBody", () => {
  /** What goes to undici, and the content type that goes with it. */
  function write(mediaType: string, body: unknown): { body: unknown; contentType: string | undefined } {
    const headers: string[] = [];
    const written = compileBody({ content: [{ mediaType }] }, "POST /items")({ body }, headers);
    return { body: written, contentType: headers[1] };
  }

  test.each<[string, unknown, string]>([
    ["application/json", { a: [1, null], b: undefined }, '{"a":[1,null]}'],
    ["application/json", "text", '"text"'],
    ["application/json", null, "null"],
    ["application/json", 0, "0"],
    ["application/json", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["application/json; charset=utf-8", [], "[]"],
    ["application/merge-patch+json", { a: null }, '{"a":null}'],
    ["application/vnd.api+JSON", {}, "{}"],
    [
      "application/x-www-form-urlencoded",
      { a: 1, b: ["x", "y z"], c: "&=+é" },
      "a=1&b=x&b=y+z&c=%26%3D%2B%C3%A9",
    ],
    ["application/x-www-form-urlencoded", { a: null, b: undefined, c: [1, null, undefined, 2] }, "c=1&c=2"],
    [
      "application/x-www-form-urlencoded",
      { at: new Date(0), id: 1n, deep: { x: 1 } },
      "at=1970-01-01T00%3A00%3A00.000Z&id=1&deep=%7B%22x%22%3A1%7D",
    ],
    ["text/plain", "text", "text"],
    ["text/csv; header=present", "a,b\n", "a,b\n"],
    ["application/xml", "<a/>", "<a/>"],
  ])("of %s is written as that: %o", (mediaType, body, want) => {
    expect(write(mediaType, body)).toEqual({ body: want, contentType: mediaType });
  });

  test.each<[string, unknown]>([
    ["a Uint8Array", new Uint8Array([1, 2])],
    ["a Buffer", Buffer.from("x")],
    ["a Blob", new Blob(["x"])],
    ["a ReadableStream", new Blob(["x"]).stream()],
    ["an async iterable", (async function* () {})()],
    ["a function that gives a stream", () => new Blob(["x"]).stream()],
  ])("of bytes goes as it is: %s", (_, body) => {
    const written = write("application/octet-stream", body);
    expect(written.body).toBe(body);
    expect(written.contentType).toBe("application/octet-stream");
  });

  test.each<[string, unknown, string]>([
    ["image/*", new Blob(["x"], { type: "image/webp" }), "image/webp"],
    ["*/*", new Blob(["x"]), "application/octet-stream"],
    ["application/*", new Uint8Array([1]), "application/octet-stream"],
    ["*/*", { a: 1 }, "application/json"],
    ["*/*", null, "application/json"],
    ["*/*", "text", "text/plain"],
  ])("of the range %s has the type of its body: %o", (range, body, contentType) => {
    expect(write(range, body).contentType).toBe(contentType);
  });

  test.each<[string, unknown]>([
    ["image/*", new Blob(["x"])],
    ["image/*", new Uint8Array([1])],
    ["application/*+json", {}],
    ["image/*", new Blob(["x"], { type: "text/html" })],
  ])(
    "of the range %s is refused when the call says no type and its body has none of it: %o",
    (range, body) => {
      expect(() => write(range, body)).toThrow(invalidOption);
      expect(() => write(range, body)).toThrow(/POST \/items: contentType/);
    },
  );

  test("of a Blob of another class is read by what it does, its length known", () => {
    const stream = new Blob(["x"]).stream();
    const headers: string[] = [];
    const body = { size: 1, type: "image/png", stream: () => stream };
    const write = compileBody({ content: [{ mediaType: "image/*" }] }, "POST /items");
    const written = write({ body }, headers) as () => unknown;
    expect(written()).toBe(stream);
    expect(headers).toEqual(["content-length", "1", "content-type", "image/png"]);
  });

  test("of an ArrayBuffer goes as its bytes, without a copy", () => {
    const body = new Uint8Array([1, 2, 3]).buffer;
    const written = write("image/png", body).body as Uint8Array;
    expect(written).toEqual(new Uint8Array([1, 2, 3]));
    expect(written.buffer).toBe(body);
  });

  test("is left out, with its content type, when it is undefined", () => {
    for (const mediaType of ["application/json", "multipart/form-data", "text/plain"]) {
      expect(write(mediaType, undefined)).toEqual({ body: undefined, contentType: undefined });
    }
  });

  test("is not sent by an operation that declares none", () => {
    const headers: string[] = [];
    expect(compileBody(undefined, "POST /items")({ body: "x" }, headers)).toBeUndefined();
    expect(headers).toEqual([]);
  });

  test("names the operation when it is required and missing", () => {
    const write = compileBody(
      { required: true, content: [{ mediaType: "application/json" }] },
      "POST /items",
    );
    expect(() => write({}, [])).toThrow(invalidOption);
    expect(() => write({}, [])).toThrow(/POST \/items: body/);
  });

  test.each([{ id: 1n }, circular(), () => 1, Symbol("s")])(
    "that JSON can't hold is the caller's mistake: %o",
    (body) => {
      expect(() => write("application/json", body)).toThrow(invalidOption);
      expect(() => write("application/json", body)).toThrow(/POST \/items: body/);
    },
  );

  test.each<[string, unknown]>([
    ["text/plain", { secret: 1 }],
    ["text/plain", null],
    ["application/xml", ["secret"]],
    ["application/octet-stream", new Map([["secret", 1]])],
  ])("of %s is refused when it is neither text nor bytes: %o", (mediaType, body) => {
    expect(() => write(mediaType, body)).toThrow(invalidOption);
    expect(() => write(mediaType, body)).not.toThrow(/secret/);
  });

  test("leaves out read-only values, of what it is given changes nothing", () => {
    const shape = { omit: ["id"], properties: { items: { items: { omit: ["at"] } } } };
    const content = { mediaType: "application/json", readOnly: { shape } };
    const body = { id: 1, name: "x", items: [{ at: 1, n: 1 }, { n: 2 }] };
    const copy = structuredClone(body);
    expect(compileBody({ content: [content] }, "PUT /items")({ body }, [])).toBe(
      '{"name":"x","items":[{"n":1},{"n":2}]}',
    );
    expect(body).toEqual(copy);
  });

  test("refuses a cycle with read-only values in it, as any", () => {
    const shapes = { Node: { omit: ["id"], properties: { child: "Node" } } };
    const content = { mediaType: "application/json", readOnly: { shape: "Node", shapes } };
    const body: Record<string, unknown> = { id: 1 };
    body["child"] = body;
    expect(() => compileBody({ content: [content] }, "PUT /")({ body }, [])).toThrow(invalidOption);
  });

  describe("of several media types", () => {
    const content = [
      { mediaType: "application/json" },
      { mediaType: "application/x-www-form-urlencoded" },
      { mediaType: "text/plain; charset=utf-8" },
      { mediaType: "image/*" },
      { mediaType: "image/svg+xml" },
      { mediaType: "*/*" },
    ];

    function writeAs(contentType: string | undefined, body: unknown): unknown[] {
      const headers: string[] = [];
      const written = compileBody({ content }, "POST /items")({ body, contentType }, headers);
      return [written, headers[1]];
    }

    test.each<[string | undefined, unknown, unknown]>([
      [undefined, { a: 1 }, '{"a":1}'],
      ["application/json", { a: 1 }, '{"a":1}'],
      ["application/json; charset=utf-8", { a: 1 }, '{"a":1}'],
      ["application/x-www-form-urlencoded", { a: 1 }, "a=1"],
      ["text/plain", "x", "x"],
      ["image/png", "x", "x"],
      ["image/svg+xml", "<svg/>", "<svg/>"],
      ["application/vnd.api+json", { a: 1 }, '{"a":1}'],
    ])("is written as the content type of the call says: %s", (contentType, body, want) => {
      expect(writeAs(contentType, body)).toEqual([want, contentType ?? "application/json"]);
      expect(writeAs(contentType, body)).toEqual([want, contentType ?? "application/json"]);
    });

    test.each(["image/*", "*/*", "image/png\r\nx: y", "image/png, application/json", "image/", "image/a b"])(
      "refuses what is no media type of them: %j",
      (contentType) => {
        expect(() => writeAs(contentType, "x")).toThrow(invalidOption);
      },
    );

    test("refuses one that is not declared, naming those that are", () => {
      const write = compileBody({ content: content.slice(0, 2) }, "POST /items");
      expect(() => write({ body: "x", contentType: "text/csv" }, [])).toThrow(
        /POST \/items: contentType must be a media type of application\/json, application\/x-www-form-urlencoded/,
      );
    });
  });
});

function circular(): object {
  const list: unknown[] = [];
  list.push(list);
  return list;
}
