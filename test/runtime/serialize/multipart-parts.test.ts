import { describe, expect, test } from "vitest";
import type { PartEncoding, RequestContent } from "../../../runtime/src/operation.ts";
import { part } from "../../../runtime/src/part.ts";
import { compileParts } from "../../../runtime/src/serialize/multipart-parts.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
const name = (property: string, more = "") => `Content-Disposition: form-data; name="${property}"${more}\r\n`;
const type = (contentType: string) => `Content-Type: ${contentType}\r\n`;
const noNesting = () => () => {
  throw new Error("Nothing is nested here");
};

function partsOf(body: unknown, content: Partial<RequestContent> = {}) {
  const compiled = compileParts({ mediaType: "multipart/form-data", ...content }, "POST /: body", noNesting);
  return compiled(body).map(({ head, body }) => [head, body]);
}

describe("compileParts", () => {
  test.each<[PartEncoding, unknown, unknown[][]]>([
    [{}, "text", [[name("x"), "text"]]],
    [{}, 1n, [[name("x"), "1"]]],
    [{}, new Date(0), [[name("x"), "1970-01-01T00:00:00.000Z"]]],
    [{}, { a: 1 }, [[name("x") + type("application/json"), '{"a":1}']]],
    [
      {},
      ["a", { b: 1 }, [2]],
      [
        [name("x"), "a"],
        [name("x") + type("application/json"), '{"b":1}'],
        [name("x") + type("application/json"), "[2]"],
      ],
    ],
    [{}, [], []],
    [{}, null, []],
    [{}, [null, undefined, 1], [[name("x"), "1"]]],
    [{ contentType: "application/json" }, "a", [[name("x") + type("application/json"), '"a"']]],
    [{ contentType: "application/json" }, ["a"], [[name("x") + type("application/json"), '"a"']]],
    [
      { contentType: "application/xml; charset=utf-8" },
      "<a/>",
      [[name("x") + type("application/xml; charset=utf-8"), "<a/>"]],
    ],
    [
      { contentType: "application/x-www-form-urlencoded" },
      { a: "b c" },
      [[name("x") + type("application/x-www-form-urlencoded"), "a=b+c"]],
    ],
    [{ contentType: "image/*, image/png, image/jpeg" }, "x", [[name("x") + type("image/png"), "x"]]],
    [{ contentType: "image/*" }, "x", [[name("x"), "x"]]],
  ])("with the encoding %j writes %o", (encoding, value, want) => {
    expect(partsOf({ x: value }, { encoding: { x: encoding } })).toEqual(want);
  });

  // OpenAPI 3.2, Encoding Object: no percent-encoding in multipart/form-data.
  test.each<[PartEncoding, unknown, unknown[][]]>([
    [{ style: "form" }, "a b", [[name("x"), "a b"]]],
    [
      { style: "form" },
      { a: "b&", c: 1 },
      [
        [name("a"), "b&"],
        [name("c"), "1"],
      ],
    ],
    [{ explode: false }, ["a b", "c"], [[name("x"), "a b,c"]]],
    [{ explode: false }, { a: 1 }, [[name("x"), "a,1"]]],
    [{ style: "spaceDelimited" }, ["a", "b"], [[name("x"), "a b"]]],
    [{ style: "pipeDelimited" }, ["a", "b"], [[name("x"), "a|b"]]],
    [
      { style: "deepObject" },
      { a: { b: [1, 2] } },
      [
        [name("x[a][b][]"), "1"],
        [name("x[a][b][]"), "2"],
      ],
    ],
    [{ style: "form", contentType: "application/json" }, "a", [[name("x"), "a"]]],
  ])("with the style of %j writes %j", (encoding, value, want) => {
    expect(partsOf({ x: value }, { encoding: { x: { type: "any", ...encoding } } })).toEqual(want);
  });

  test("sends bytes as they are, and what part() names, whatever the style", () => {
    const encoding = { x: { style: "form" } as const };
    const bytes = new Uint8Array([1]);
    const file = new File([bytes], "a.png", { type: "image/png" });
    const head = name("x", '; filename="a.png"') + type("image/png");
    expect(partsOf({ x: file }, { encoding })).toEqual([[head, file]]);
    const named = part(bytes, { filename: "a.png", contentType: "image/png" });
    expect(partsOf({ x: [file, named] }, { encoding })).toEqual([
      [head, file],
      [head, bytes],
    ]);
  });

  test("refuses a list or an object that would be written as other parts, where its schema has none", () => {
    for (const value of [["a"], { admin: 1 }])
      expect(() => partsOf({ x: value }, { encoding: { x: { style: "form" } } })).toThrow(invalidOption);
  });

  test("refuses an item with what separates items of its style", () => {
    const encoding = { x: { explode: false, type: "array" as const } };
    expect(() => partsOf({ x: ["a,b", "c"] }, { encoding })).toThrow(invalidOption);
  });

  test("of other multipart types takes no style", () => {
    const content = {
      mediaType: "multipart/mixed",
      encoding: { x: { style: "form", explode: false } as const },
    };
    expect(partsOf({ x: ["a", "b"] }, content)).toEqual([
      [name("x"), "a"],
      [name("x"), "b"],
    ]);
  });

  const bytes = new Uint8Array([1]);
  test.each<[string, unknown, string]>([
    ["bytes", bytes, name("x", '; filename="blob"') + type("application/octet-stream")],
    ["a Blob", new Blob([bytes], { type: "image/png" }), name("x", '; filename="blob"') + type("image/png")],
    [
      "a Blob of no type",
      new Blob([bytes]),
      name("x", '; filename="blob"') + type("application/octet-stream"),
    ],
    [
      "a File",
      new File([bytes], 'a".png', { type: "image/png" }),
      name("x", '; filename="a%22.png"') + type("image/png"),
    ],
    [
      "a stream",
      new Blob([bytes]).stream(),
      name("x", '; filename="blob"') + type("application/octet-stream"),
    ],
    [
      "a named stream",
      part(new Blob([bytes]).stream(), { filename: "a.png", contentType: "image/png" }),
      name("x", '; filename="a.png"') + type("image/png"),
    ],
    [
      "a File by another name",
      part(new File([bytes], "a"), { filename: "b" }),
      name("x", '; filename="b"') + type("application/octet-stream"),
    ],
    [
      "text with a type",
      part("{}", { contentType: "application/json" }),
      name("x") + type("application/json"),
    ],
    [
      "an object",
      part({ a: 1 }, { contentType: "application/vnd.x+json" }),
      name("x") + type("application/vnd.x+json"),
    ],
    [
      "an object that is a file",
      part({ a: 1 }, { filename: "a.json" }),
      name("x", '; filename="a.json"') + type("application/json"),
    ],
    ["headers", part("a", { headers: { "X-Hash": 1, "X-None": null } }), `${name("x")}X-Hash: 1\r\n`],
  ])("says of a part what is known of it: %s", (_, value, head) => {
    expect(partsOf({ x: value })[0]?.[0]).toBe(head);
  });

  test.each<[unknown, string]>([
    [bytes, "image/tiff"],
    [new Blob([bytes]), "image/tiff"],
    [new Blob([bytes], { type: "image/png" }), "image/png"],
    [part(bytes, { contentType: "image/gif" }), "image/gif"],
    [part(new Blob([bytes], { type: "image/png" }), { contentType: "image/gif" }), "image/gif"],
  ])("has the type that the call says, else a Blob's, else the document's: %o", (value, want) => {
    const encoding = { x: { contentType: "image/tiff" } };
    expect(partsOf({ x: value }, { encoding })[0]?.[0]).toContain(`Content-Type: ${want}\r`);
  });

  test("refuses a type that would be more than a header, as a Blob of any class may have it", () => {
    const evil = { size: 1, type: "image/png\r\nX-Evil: 1", stream: () => new Blob(["x"]).stream() };
    expect(() => partsOf({ x: evil })).toThrow(invalidOption);
    expect(() => partsOf({ x: "a" }, { encoding: { x: { contentType: "text/plain\r\n\r\nx" } } })).toThrow(
      invalidOption,
    );
  });

  test("sends text of a part() with a content type as it is", () => {
    expect(partsOf({ x: part('{"a":1}', { contentType: "application/json" }) })[0]?.[1]).toBe('{"a":1}');
  });

  test("refuses an object where the document says a type that is not made of it", () => {
    const encoding = { x: { contentType: "application/xml" } };
    expect(() => partsOf({ x: { secret: 1 } }, { encoding })).toThrow(/POST \/: body\.x (?!.*secret)/);
  });

  test("of a form that is a list has the properties of its items, in order", () => {
    expect(partsOf([{ b: 1 }, { a: 2 }, { b: 3 }]).map(([head]) => head)).toEqual(
      ["b", "a", "b"].map((x) => name(x)),
    );
  });

  test("refuses a body without a required property", () => {
    expect(() => partsOf({ a: 1 }, { required: ["a", "b"] })).toThrow(/^POST \/: body\.b is required/);
  });
});
