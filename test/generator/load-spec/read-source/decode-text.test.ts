import { describe, expect, test } from "vitest";
import { decodeText } from "../../../../generator/src/load-spec/read-source/decode-text.ts";

const text = '{ "title": "Größe ✓" }';

const utf16le = (value: string) => Buffer.from(value, "utf16le");
const utf16be = (value: string) => Buffer.from(value, "utf16le").swap16();

describe("decodeText", () => {
  test.each<[string, Buffer, string | undefined]>([
    ["UTF-8", Buffer.from(text), undefined],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${text}`), undefined],
    ["UTF-16, little end first, with a byte order mark", utf16le(`\uFEFF${text}`), undefined],
    ["UTF-16, big end first, with a byte order mark", utf16be(`\uFEFF${text}`), undefined],
    ["UTF-16, little end first, without a byte order mark", utf16le(text), undefined],
    ["UTF-16, big end first, without a byte order mark", utf16be(text), undefined],
    ["UTF-8 of which the server says nothing that is known", Buffer.from(text), "klingon"],
    ["what has another byte order mark than charset", Buffer.from(`\uFEFF${text}`), "iso-8859-1"],
  ])("reads %s", (_, bytes, charset) => {
    expect(decodeText(bytes, charset)).toEqual({ text });
  });

  test("reads the charset that the server names", () => {
    expect(decodeText(Buffer.from("Größe", "latin1"), "ISO-8859-1")).toEqual({ text: "Größe" });
  });

  test("takes what is not UTF-8 for Windows-1252, and says in which line", () => {
    const bytes = Buffer.from("a: b\nc: Größe\n", "latin1");
    expect(decodeText(bytes)).toEqual({ text: "a: b\nc: Größe\n", badLine: 2 });
  });
});
