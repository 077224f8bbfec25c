import { describe, expect, test } from "vitest";
import { locateIn } from "../../generator/src/parse-document/locate.ts";
import { parseDocument } from "../../generator/src/parse-document.ts";
import { generatorErrorOf } from "../support/documents.ts";

const parsed = (text: string, file = "api.yaml") => parseDocument(file, text).document;

const errorOf = async (text: string, file = "api.yaml") => {
  const error = await generatorErrorOf(() => parseDocument(file, text));
  const [{ line = 0, column = 0, message = "" } = {}] = error.diagnostics;
  return { code: error.code, line, column, message };
};

describe("YAML", () => {
  test.each<[string, string, unknown]>([
    ["response codes", "200: a\n'404': b\n4XX: c", { "200": "a", "404": "b", "4XX": "c" }],
    ["words that YAML 1.1 took for booleans", "yes: no\non: off\ny: n", { yes: "no", on: "off", y: "n" }],
    [
      "keys that are numbers or nothing",
      "1.0: a\n0x10: b\n~: c\nnull: d\nTrue: e",
      {
        "1.0": "a",
        "0x10": "b",
        "~": "c",
        null: "d",
        True: "e",
      },
    ],
    ["numbers", "a: 1.0\nb: 0x10\nc: 1e3\nd: 010\ne: 1_000", { a: 1, b: 16, c: 1000, d: 10, e: "1_000" }],
    ["numbers in a list", "a: [1.0, ~, TRUE]", { a: [1, null, true] }],
    ["dates and times", "a: 2020-01-01\nb: 12:30:45", { a: "2020-01-01", b: "12:30:45" }],
    [
      "infinities, which JSON does not have",
      "a: .inf\nb: [-.inf, .nan]",
      { a: ".inf", b: ["-.inf", ".nan"] },
    ],
    ["aliases", "a: &x { b: 1 }\nc: *x", { a: { b: 1 }, c: { b: 1 } }],
    ["merge keys", "a: &x { b: 1, c: 2 }\nd: { <<: *x, b: 3 }", { a: { b: 1, c: 2 }, d: { b: 3, c: 2 } }],
    ["several merge keys", "<<: { a: 1 }\n<<: { b: 2 }\nc: 3", { a: 1, b: 2, c: 3 }],
    ["flow mappings", "{ a: 1, 'b': [2,], # c\n}", { a: 1, b: [2] }],
    ["tabs in flow mappings", '{\n\t"a": 1\n}', { a: 1 }],
    ["escapes", String.raw`a: "\u0041\x42\/\n"`, { a: "AB/\n" }],
  ])("is read: %s", (_, text, want) => {
    expect(parsed(text)).toEqual(want);
  });

  test.each<[string, string, number, number, string]>([
    ["a list that does not end", "openapi: 3.1.0\ninfo: [\npaths: {}\n", 3, 1, "deficient indentation"],
    ["a colon too many", "a: b: c", 1, 5, "bad indentation of a mapping entry"],
    ["a tab for indentation", "a:\n\tb: 1", 2, 1, "tab characters must not be used in indentation"],
    ["an alias to nothing", "a: *x", 1, 5, 'unidentified alias "x"'],
    ["a tag that means nothing", "a: !foo 1", 1, 4, "unknown scalar tag !<!foo>"],
    ["nothing", " \n", 1, 1, "is empty"],
    ["a list", "[1]", 1, 1, "is no JSON or YAML object"],
    ["a number", "1.0", 1, 1, "is no JSON or YAML object"],
    ["a web page", "<!DOCTYPE html>\n<html>", 1, 1, "is a web page, no JSON or YAML"],
  ])(
    "is ERR_DOCUMENT_UNREADABLE with line, column and reason: %s",
    async (_, text, line, column, message) => {
      expect(await errorOf(text)).toMatchObject({ code: "ERR_DOCUMENT_UNREADABLE", line, column, message });
    },
  );
});

describe("JSON", () => {
  test.each<[string, string, number, number]>([
    ["a missing value", '{\n  "a": 1,\n  "b": }\n]', 3, 8],
    ["a missing comma", '{\n  "a": [1 2] ]\n}', 2, 11],
    ["a missing end", '{ "a": {\n', 2, 1],
    ["something after the end", '{ "a": 1 } b', 1, 12],
    ["a bracket of the other kind", '{ "a": [1} ]', 1, 10],
    ["a name without quotes and no end", '{ a: 1, "b" ', 1, 3],
    ["a string with an escape that is none", String.raw`{ "a": "\q" }`, 1, 8],
  ])("is ERR_DOCUMENT_UNREADABLE with line and column for %s", async (_, text, line, column) => {
    expect(await errorOf(text, "api.json")).toMatchObject({ code: "ERR_DOCUMENT_UNREADABLE", line, column });
  });

  test("is read as YAML where it has trailing commas or comments, with a warning", () => {
    const { document, warnings } = parseDocument("api.json", '{\n  "a": 1,\n}');
    expect(document).toEqual({ a: 1 });
    expect(warnings).toMatchObject([{ severity: "warning", line: 3, column: 1 }]);
    expect(parseDocument("api.yaml", '{\n  "a": 1,\n}').warnings).toEqual([]);
  });

  test("has no number beyond the largest", () => {
    const text = '{ "a": 1e999, "b": [-1.5E+400], "c": "1e999" }';
    expect(parsed(text)).toEqual({ a: Number.MAX_VALUE, b: [-Number.MAX_VALUE], c: "1e999" });
  });
});

describe("a key that is there twice", () => {
  test.each([
    ["JSON", "api.json", '{\n  "a": { "b": 1, "b": 2 },\n  "c": 1,\n  "c": 3\n}'],
    ["YAML", "api.yaml", "a: { b: 1,  b: 2 }\nb: [{ c: 1 }]\n\nc: 1\nc: 3"],
  ])("has its last value, with a warning of where it is: %s", (_, file, text) => {
    const { document, warnings } = parseDocument(file, text);
    expect(document).toMatchObject({ a: { b: 2 }, c: 3 });
    const lines = text.split("\n");
    expect(
      warnings.map(({ severity, pointer, line, column }) => [
        severity,
        pointer,
        lines[line - 1]?.slice(column - 1).replaceAll('"', ""),
      ]),
    ).toEqual([
      ["warning", "#/a/b", expect.stringMatching(/^b: 2 }/)],
      ["warning", "#/c", "c: 3"],
    ]);
  });

  test("is no punctuation in a string", () => {
    const value = { a: '": "', '":': ["\\", '\\":', "{,:"], b: ':"' };
    expect(parseDocument("api.json", JSON.stringify(value))).toMatchObject({ document: value, warnings: [] });
  });

  test("is reported a bounded number of times", () => {
    const { warnings } = parseDocument("api.yaml", "a: 1\n".repeat(1000));
    expect(warnings).toHaveLength(20);
    expect(warnings.at(-1)?.message).toContain("further");
  });
});

describe("names of prototypes", () => {
  test.each([
    ["JSON", '{ "__proto__": { "x": 1 }, "constructor": 1 }'],
    ["YAML", "__proto__: { x: 1 }\nconstructor: 1"],
    ["YAML with a merge", "a: &a { __proto__: { x: 1 } }\n<<: *a\nconstructor: 1"],
  ])("are keys like any other: %s", (_, text) => {
    const value = parsed(text);
    expect(Object.keys(value)).toEqual(expect.arrayContaining(["__proto__", "constructor"]));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value["x"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("a document without measure", () => {
  const chain = (length: number, link: (index: number) => string) =>
    Array.from({ length }, (_, index) => `a${index + 1}: &a${index + 1} ${link(index)}`).join("\n");

  test.each<[string, () => string, string]>([
    ["aliases of aliases", () => `a0: &a0 [x]\n${chain(30, (i) => `[*a${i}, *a${i}]`)}`, "too many values"],
    ["aliases that make it deep", () => `a0: &a0 {}\n${chain(300, (i) => `{ x: *a${i} }`)}`, "250 levels"],
    ["an alias to what it is part of", () => "a: &a { b: *a }", "what it is part of"],
    [
      "merges of many keys",
      () =>
        `a: &a\n${Array.from({ length: 2000 }, (_, i) => `  k${i}: 1\n`).join("")}b:\n${"  - <<: *a\n".repeat(1000)}`,
      "merges too many keys",
    ],
    ["brackets of YAML", () => "[".repeat(1_000_000), "250 levels"],
    ["dashes", () => "- ".repeat(1_000_000), "250 levels"],
    ["objects of JSON", () => '{"a":'.repeat(1_000_000), "250 levels"],
    ["values of JSON", () => `{"a":[${"{},".repeat(4_000_000)}{}]}`, "too many values"],
    ["values of YAML", () => `a: [${"b,".repeat(4_000_000)}]`, "too many values"],
  ])("is ERR_DOCUMENT_INVALID, soon, for %s", async (_, text, reason) => {
    const input = text();
    const start = performance.now();
    const { code, message } = await errorOf(input);
    expect([code, message]).toEqual(["ERR_DOCUMENT_INVALID", expect.stringContaining(reason)]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("may use what it has many times, as long as that has a measure", () => {
    const text = `a0: &a0 [x]\n${chain(12, (i) => `[*a${i}, *a${i}]`)}`;
    expect(Object.keys(parsed(text))).toHaveLength(13);
  });
});

describe("locateIn", () => {
  const json = JSON.stringify({ a: { "b/c": [1, { d: 2 }] }, e: {} }, undefined, 2);
  const yaml = "# x\r\na: &x\r\n  'b/c':\r\n    - 1\r\n    - d: 2\r\n200: *x\r\ne: |\r\n  text\r\n";

  test.each([
    ["JSON", json, "#/a/b~1c/1/d", 6, 14],
    ["JSON", json, "#/a/b~1c/0", 4, 7],
    ["JSON", json, "#/a/none/x", 2, 3],
    ["JSON", json, "#", 1, 1],
    ["JSON", json, "#/e", 10, 3],
    ["YAML", yaml, "#/a/b~1c/1/d", 5, 10],
    ["YAML", yaml, "#/a/b~1c", 3, 3],
    ["YAML", yaml, "#/200", 6, 6],
    ["YAML, through an alias,", yaml, "#/200/b~1c/1/d", 5, 10],
    ["YAML", yaml, "#/e", 7, 1],
    ["what is neither", "{ a: [", "#/a", 1, 1],
  ])("finds in %s %j the pointer %s", (_, text, pointer, line, column) => {
    expect(locateIn("file", text)(pointer)).toMatchObject({ file: "file", line, column });
  });

  test.each([
    ["a value beside its key", "#/a/b~1c/1/d", "2"],
    ["an item", "#/a/b~1c/0", "1"],
    ["the key of a list or an object", "#/a/b~1c", "'b/c'"],
    ["an alias", "#/200", "*x"],
    ["the key of a value below it", "#/e", "e"],
    ["the nearest above what is not there", "#/a/none", "a"],
    ["the key above an item that is empty", "#/f/0", "f"],
    ["a value in quotes", "#/g", '"h"'],
  ])("marks %s in YAML", (_, pointer, marked) => {
    const text = `${yaml}f:\n  -\ng: "h" # i\n`;
    const { line, column, endColumn } = locateIn("file", text)(pointer);
    expect(text.split(/\r\n|\n/)[line - 1]?.slice(column - 1, (endColumn ?? 0) - 1)).toBe(marked);
  });

  test("marks the key where that is what is asked for", () => {
    expect(locateIn("file", json)("#/a/b~1c/1/d", "key")).toMatchObject({
      line: 6,
      column: 9,
      endColumn: 12,
    });
    expect(locateIn("file", json)("#/a/b~1c/1/d", "value")).toMatchObject({
      line: 6,
      column: 14,
      endColumn: 15,
    });
  });
});
