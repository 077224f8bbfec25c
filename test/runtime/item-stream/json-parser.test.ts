import { describe, expect, test } from "vitest";
import { JsonParser } from "../../../runtime/src/item-stream/json-parser.ts";
import { itemErrors, readAll } from "../../support/item-errors.ts";

const RS = "\x1e";

const read = (kind: "lines" | "records", body: string, size = body.length, maxBytes = 0) =>
  readAll(new JsonParser(kind, itemErrors(maxBytes)), Buffer.from(body), size);

describe("JsonParser", () => {
  test.each<["lines" | "records", string, string, unknown[]]>([
    ["lines", "each line", '{"a":1}\n[2]\n"3"\n', [{ a: 1 }, [2], "3"]],
    ["lines", "a last line without a line break", "1\n2", [1, 2]],
    ["lines", "lines that end in two characters", "1\r\n2\r\n", [1, 2]],
    ["lines", "no empty lines", "\n1\n\n \r\n2\n\n", [1, 2]],
    ["lines", "a byte order mark as none", "\ufeff1\n2", [1, 2]],
    ["lines", "nothing", "", []],
    ["records", "each record", `${RS}{"a":\n1}\n${RS}[2]\n`, [{ a: 1 }, [2]]],
    ["records", "no empty records", `${RS}${RS}1\n${RS}\n`, [1]],
    ["records", "a last record without a line break", `${RS}1\n${RS}"2"`, [1, "2"]],
  ])("reads of %s %s", (kind, _, body, want) => {
    expect(read(kind, body)).toEqual({ items: want });
  });

  test.each([1, 2, 3, 7])("reads what comes in pieces of %d bytes", (size) => {
    const values = [{ é: "✓" }, [1, 2, 3], "😀"];
    const lines = values.map((value) => `${JSON.stringify(value)}\n`);
    expect(read("lines", lines.join(""), size).items).toEqual(values);
    expect(read("records", lines.map((line) => RS + line).join(""), size).items).toEqual(values);
  });

  test.each([2, 100])(
    "fails at an item that is no JSON, after those before it (pieces of %d bytes)",
    (size) => {
      expect(read("lines", "1\noops\n3\n", size)).toEqual({ items: [1], error: "unreadable: oops" });
      expect(read("records", `${RS}1\n${RS}{"a"`, size)).toEqual({ items: [1], error: 'unreadable: {"a"' });
    },
  );

  test.each([3, 100])(
    "fails at an item that is too long, after those before it (pieces of %d bytes)",
    (size) => {
      expect(read("lines", '1\n"12345"\n"123456"\n', size, 7)).toEqual({
        items: [1, "12345"],
        error: "too large",
      });
    },
  );
});
