import { describe, expect, test } from "vitest";
import { charsetOf, decodeText } from "../../../runtime/src/deserialize/charset.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const utf16be = (text: string) => utf16(text).swap16();

describe("decodeText", () => {
  test.each<[string, Buffer, string, string]>([
    ["UTF-8 without a content type", Buffer.from("é"), "", "é"],
    ["UTF-8 without a charset", Buffer.from("é"), "text/plain", "é"],
    ["UTF-8 as its charset says", Buffer.from("é"), "text/plain; charset=UTF-8", "é"],
    ["UTF-8 without its byte order mark", Buffer.from("\ufeffé"), "text/plain;charset=utf8", "é"],
    ["latin-1 as its charset says", latin1("é"), "text/plain; charset=ISO-8859-1", "é"],
    ["latin-1 as its quoted charset says", latin1("é"), 'text/plain; format=flowed; charset="latin1"', "é"],
    ["UTF-16 as its charset says", utf16("é"), "application/json; charset=utf-16le", "é"],
    ["UTF-16, big end first", utf16be("é"), "application/json; charset=UTF-16BE", "é"],
    ["UTF-16 by its byte order mark", utf16("\ufeffé"), "text/plain", "é"],
    ["UTF-16, big end first, by its byte order mark", utf16be("\ufeffé"), "", "é"],
    ["a byte order mark before a charset", utf16("\ufeffé"), "text/plain; charset=utf-8", "é"],
    ["UTF-8 where nobody knows the charset", Buffer.from("é"), "text/plain; charset=klingon", "é"],
    [
      "XML as its declaration says",
      latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'),
      "application/xml",
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
    ],
    [
      "XML as its charset says, before its declaration",
      Buffer.from("<?xml version='1.0' encoding='latin1'?>é"),
      "application/xml; charset=utf-8",
      "<?xml version='1.0' encoding='latin1'?>é",
    ],
    ["nothing", Buffer.alloc(0), "text/plain; charset=utf-16", ""],
  ])("reads %s", (_, bytes, contentType, want) => {
    expect(decodeText(bytes, charsetOf(contentType))).toBe(want);
  });

  test("takes no other parameter for the charset", () => {
    expect(decodeText(Buffer.from("é"), charsetOf("text/plain; xcharset=latin1; note=charset"))).toBe("é");
  });
});
