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

  async function readPart(part: string | File): Promise<object> {
    if (typeof part === "string") return { text: part };
    return { name: part.name, type: part.type, text: await part.text() };
  }

  /** The parts in the order sent. */
  async function writeForm(body: unknown): Promise<[string, object][]> {
    const form = write("multipart/form-data", body).body as FormData;
    const parts = [...form].map(
      async ([name, part]): Promise<[string, object]> => [name, await readPart(part)],
    );
    return Promise.all(parts);
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

  test.each<[unknown, string]>([
    [new Blob(["x"], { type: "image/webp" }), "image/webp"],
    [new Blob(["x"]), "application/octet-stream"],
    [new Uint8Array([1]), "application/octet-stream"],
  ])("of a media type range has the type of its body: %o", (body, contentType) => {
    expect(write("image/*", body).contentType).toBe(contentType);
  });

  test("of an ArrayBuffer goes as its bytes, without a copy", () => {
    const body = new Uint8Array([1, 2, 3]).buffer;
    const written = write("image/png", body).body as Uint8Array;
    expect(written).toEqual(new Uint8Array([1, 2, 3]));
    expect(written.buffer).toBe(body);
  });

  test("of multipart/form-data leaves the content type, with its boundary, to undici", () => {
    expect(write("multipart/form-data", { a: 1 }).contentType).toBeUndefined();
  });

  test.each<[string, object, [string, object][]]>([
    [
      "text",
      { a: "x", b: 1, c: true, d: 1n },
      [
        ["a", { text: "x" }],
        ["b", { text: "1" }],
        ["c", { text: "true" }],
        ["d", { text: "1" }],
      ],
    ],
    ["a date", { at: new Date(0) }, [["at", { text: "1970-01-01T00:00:00.000Z" }]]],
    [
      "a Blob",
      { a: new Blob(["x"], { type: "image/png" }) },
      [["a", { name: "blob", type: "image/png", text: "x" }]],
    ],
    [
      "a File, with its name",
      { a: new File(["x"], "a.txt", { type: "text/plain" }) },
      [["a", { name: "a.txt", type: "text/plain", text: "x" }]],
    ],
    ["bytes, as a file", { a: new Uint8Array([120]) }, [["a", { name: "blob", type: "", text: "x" }]]],
    [
      "a list, as parts of one name",
      { a: ["x", new File(["y"], "y")] },
      [
        ["a", { text: "x" }],
        ["a", { name: "y", type: "", text: "y" }],
      ],
    ],
    [
      "an object, as JSON",
      { a: { b: [1] } },
      [["a", { name: "blob", type: "application/json", text: '{"b":[1]}' }]],
    ],
    [
      "a list of objects",
      { a: [{ b: 1 }] },
      [["a", { name: "blob", type: "application/json", text: '{"b":1}' }]],
    ],
    [
      "nothing for null and undefined",
      { a: null, b: undefined, c: [null, undefined, "x"], d: [] },
      [["c", { text: "x" }]],
    ],
  ])("of multipart/form-data has parts of %s", async (_, body, want) => {
    expect(await writeForm(body)).toEqual(want);
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

  test.each([{ id: 1n }, circular()])("that JSON can't hold is the caller's mistake", (body) => {
    expect(() => write("application/json", body)).toThrow(invalidOption);
  });
});

function circular(): object {
  const list: unknown[] = [];
  list.push(list);
  return list;
}
