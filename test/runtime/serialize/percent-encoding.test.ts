import { describe, expect, test } from "vitest";
import {
  encodeFormText,
  encodeReserved,
  encodeText,
} from "../../../runtime/src/serialize/percent-encoding.ts";

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");

describe("encodeText", () => {
  test("spares RFC 3986's unreserved characters alone, and can be decoded", () => {
    const encoded = encodeText(PRINTABLE);
    expect(encoded.replaceAll(/%[0-9A-F]{2}/g, "")).toBe(
      "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~",
    );
    expect(decodeURIComponent(encoded)).toBe(PRINTABLE);
  });
});

describe("encodeFormText", () => {
  test.each(["a b", "a+b", "~", "é&=", PRINTABLE])("writes what form decoders read: %j", (text) => {
    expect(new URLSearchParams(`x=${encodeFormText(text)}`).get("x")).toBe(text);
    expect(encodeFormText(text)).toBe(
      new URLSearchParams({ x: text }).toString().slice(2).replaceAll("*", "%2A"),
    );
  });
});

describe("encodeReserved", () => {
  test.each([
    ["a/b?c", "/?", "a/b?c"],
    ["a/b?c", "/", "a/b%3Fc"],
    ["100% [é]", "[]", "100%25%20[%C3%A9]"],
    ["a%2Fb%c3%A9", "/", "a%2Fb%c3%A9"],
    ["%zz%2", "", "%25zz%252"],
    ["^`{}|\\", ":/?#[]@!$&'()*+,;=", "%5E%60%7B%7D%7C%5C"],
  ])("keeps in %j, of reserved characters, %j, and triplets", (text, kept, want) => {
    expect(encodeReserved(text, kept)).toBe(want);
  });
});
