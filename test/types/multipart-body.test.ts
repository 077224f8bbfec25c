import { type Part, part } from "@openapi-m2m/runtime";
import type { MediaTypeLike, MultipartBody } from "@openapi-m2m/runtime/codegen/v1";
import { describe, expectTypeOf, test } from "vitest";

interface Form {
  file: Blob;
  files?: Blob[];
  note?: string | null;
  kind: "a" | "b";
  meta: { id: number };
}

const file = new Uint8Array();
const meta = { id: 1 };

describe("MultipartBody", () => {
  test("takes bytes, files, streams and functions for a Blob, named by part() or not", () => {
    expectTypeOf<Uint8Array | ArrayBuffer | File>().toExtend<MultipartBody<Form>["file"]>();
    expectTypeOf<ReadableStream<Uint8Array> | (() => AsyncIterable<Uint8Array>)>().toExtend<
      MultipartBody<Form>["file"]
    >();
    expectTypeOf<Part<Uint8Array> | Part<string>>().toExtend<MultipartBody<Form>["file"]>();
    expectTypeOf<string>().not.toExtend<MultipartBody<Form>["file"]>();
  });

  test("takes a list of them for a list", () => {
    expectTypeOf<(Uint8Array | Part<Blob>)[]>().toExtend<NonNullable<MultipartBody<Form>["files"]>>();
    expectTypeOf<Uint8Array>().not.toExtend<NonNullable<MultipartBody<Form>["files"]>>();
  });

  test("takes what the document describes for anything else, or a part() of it", () => {
    const body: MultipartBody<Form> = { file, note: null, kind: part("a"), meta: part(meta) };
    expectTypeOf(body).toExtend<MultipartBody<Form>>();
    expectTypeOf<Part<{ name: string }>>().not.toExtend<MultipartBody<Form>["meta"]>();
    expectTypeOf<"c">().not.toExtend<MultipartBody<Form>["kind"]>();
  });

  test("needs what the document requires, and knows no more", () => {
    // @ts-expect-error: no file
    const missing: MultipartBody<Form> = { kind: "a", meta };
    // @ts-expect-error: no such property
    const unknown: MultipartBody<Form> = { file, kind: "a", meta, other: 1 };
    expectTypeOf([missing, unknown]).toBeArray();
  });

  test("of a list has a part for each item", () => {
    expectTypeOf<[Part<{ id: number }>, Uint8Array]>().toExtend<MultipartBody<[{ id: number }, Blob]>>();
    expectTypeOf<{ id: number }[]>().toExtend<MultipartBody<{ id: number }[]>>();
  });
});

describe("MediaTypeLike", () => {
  test("is what a range is", () => {
    expectTypeOf<"image/png">().toExtend<MediaTypeLike<"image/">>();
    expectTypeOf<"application/vnd.x+json">().toExtend<MediaTypeLike<"application/", "+json">>();
    expectTypeOf<"text/html">().not.toExtend<MediaTypeLike<"image/">>();
  });
});
