import { describe, expect, test } from "vitest";
import { encodingsOf } from "../../../generator/src/build-model/encodings.ts";

const document = {
  components: {
    headers: { Rate: { required: true, schema: { type: "array" }, explode: true } },
    schemas: {
      Form: { allOf: [{ properties: { a: { $ref: "#/components/schemas/Secret" } } }, { type: "object" }] },
      Secret: { type: "string", contentEncoding: "base64" },
    },
  },
};

describe("encodingsOf", () => {
  const form = "application/x-www-form-urlencoded";
  const of = (mediaType: string, encoding: unknown) =>
    encodingsOf(document, mediaType, { encoding: { a: encoding }, schema: textForm }).encoding?.["a"];
  const textForm = { properties: { a: { type: "string" } } };

  test.each<[string, object, object]>([
    [form, { contentType: "application/json" }, { contentType: "application/json" }],
    [form, { style: "deepObject", explode: true }, { style: "deepObject" }],
    [form, { style: "form", explode: true }, { style: "form" }],
    [form, { explode: false }, { style: "form", explode: false }],
    [form, { allowReserved: true }, { style: "form", allowReserved: true }],
    // OpenAPI 3.2: any of the three means that the content type counts for nothing.
    [form, { allowReserved: false, contentType: "text/plain" }, { style: "form" }],
    ["multipart/form-data", { style: "pipeDelimited" }, { style: "pipeDelimited" }],
    ["multipart/mixed", { style: "form", contentType: "text/csv" }, { contentType: "text/csv" }],
    [form, { style: "unheard-of" }, { style: "form" }],
    [form, { contentType: "text/csv", headers: { A: {} } }, { contentType: "text/csv" }],
  ])("of a property of %s are, of %j, %j", (mediaType, encoding, want) => {
    expect(of(mediaType, encoding)).toEqual(want);
  });

  test.each<[unknown, string | undefined]>([
    [{ properties: { a: { type: "array" } } }, "array"],
    [{ allOf: [{ $ref: "#/components/schemas/Form" }, { properties: { a: {} } }] }, undefined],
    [{ properties: { b: { type: "string" } } }, "any"],
    [undefined, "any"],
  ])("with a style say what its values may be, in the form %j", (schema, type) => {
    const encoding = { a: { style: "deepObject" } };
    expect(encodingsOf(document, form, { encoding, schema }).encoding).toEqual({
      a: { style: "deepObject", ...(type !== undefined && { type }) },
    });
  });

  test("have headers as parameters, by reference too", () => {
    const headers = {
      "X-Rate": { $ref: "#/components/headers/Rate" },
      "X-Meta": { content: { "application/json": {} } },
    };
    expect(of("multipart/form-data", { headers })).toEqual({
      headers: [
        { name: "X-Rate", required: true, explode: true, type: "array" },
        { name: "X-Meta", content: "application/json" },
      ],
    });
  });

  test("by position, and of what is nested", () => {
    const media = {
      prefixEncoding: [{ contentType: "application/json" }, { contentType: "text/csv" }],
      itemEncoding: { contentType: "multipart/mixed", itemEncoding: { contentType: "image/png" } },
    };
    expect(encodingsOf(document, "multipart/mixed", media)).toEqual(media);
  });

  test("are implied by text that is encoded in itself, unless an encoding says what it is", () => {
    const base64 = { type: "string", contentEncoding: "base64" };
    const properties = {
      a: base64,
      b: { type: "array", items: base64 },
      c: base64,
      d: { type: "string", contentEncoding: "binary" },
      e: { type: "string" },
    };
    const media = { schema: { type: "object", properties }, encoding: { c: { contentType: "image/png" } } };
    expect(encodingsOf(document, "multipart/form-data", media).encoding).toEqual({
      a: { contentType: "application/octet-stream" },
      b: { contentType: "application/octet-stream" },
      c: { contentType: "image/png" },
    });
  });

  test("are implied by what a form refers to or is made of, too", () => {
    const media = { schema: { $ref: "#/components/schemas/Form" } };
    expect(encodingsOf(document, "multipart/form-data", media).encoding).toEqual({
      a: { contentType: "application/octet-stream" },
    });
  });

  test("are none of other media types", () => {
    expect(encodingsOf(document, "application/json", { encoding: { a: { style: "form" } } })).toEqual({});
  });
});
