import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { diagnosticAt, GeneratorError, startOf } from "../../generator/src/errors.ts";
import { type FormatOptions, formatDiagnostics, worstFirst } from "../../generator/src/format-diagnostics.ts";
import { parseDocument, positionAt } from "../../generator/src/parse-document.ts";

/** What is printed of a mistake at a pointer of a document. */
function printed(text: string, pointer: string, options: FormatOptions = {}): string {
  const { locate } = parseDocument("api.yaml", text);
  return formatDiagnostics(
    [diagnosticAt(locate(pointer), { pointer, message: "is wrong", fix: "mend it" })],
    options,
  );
}

/** What is printed of a text that cannot be parsed. */
function printedError(text: string): string {
  try {
    parseDocument("api.yaml", text);
  } catch (error) {
    if (error instanceof GeneratorError) return formatDiagnostics(error.diagnostics);
  }
  throw new Error("was parsed");
}

const document = `openapi: 3.1.0
info:
  title: Things
  version: "1"
paths:
  /things:
    get:
      operationId: list things
      parameters:
        - name: limit
          in: qurey
`;

describe("the lines that a diagnostic is about", () => {
  test("have carets under a value that is beside its key", () => {
    expect(printed(document, "#/paths/~1things/get/parameters/0/in")).toMatchInlineSnapshot(`
      "api.yaml:11:15: error: #/paths/~1things/get/parameters/0/in: is wrong
         9 |       parameters:
        10 |         - name: limit
      > 11 |           in: qurey
           |               ^^^^^
        fix: mend it
      "
    `);
  });

  test("have carets under the key of an object", () => {
    expect(printed(document, "#/paths/~1things/get")).toMatchInlineSnapshot(`
      "api.yaml:7:5: error: #/paths/~1things/get: is wrong
        5 | paths:
        6 |   /things:
      > 7 |     get:
          |     ^^^
        8 |       operationId: list things
        fix: mend it
      "
    `);
  });

  test("are as many as there are at the beginning of a file, their numbers aligned", () => {
    expect(printed(document, "#/openapi")).toMatchInlineSnapshot(`
      "api.yaml:1:10: error: #/openapi: is wrong
      > 1 | openapi: 3.1.0
          |          ^^^^^
        2 | info:
        fix: mend it
      "
    `);
  });

  test("have a caret where an item that is an object begins", () => {
    expect(printed(document, "#/paths/~1things/get/parameters/0")).toMatchInlineSnapshot(`
      "api.yaml:10:11: error: #/paths/~1things/get/parameters/0: is wrong
         8 |       operationId: list things
         9 |       parameters:
      > 10 |         - name: limit
           |           ^
        11 |           in: qurey
        fix: mend it
      "
    `);
  });

  test("have their tabs as spaces, and carets where those end", () => {
    expect(printed('{\n\t"a": {\n\t\t"b":\t"c"\n\t}\n}', "#/a/b")).toMatchInlineSnapshot(`
      "api.yaml:3:8: error: #/a/b: is wrong
        1 | {
        2 |   "a": {
      > 3 |     "b":  "c"
          |           ^^^
        4 |   }
        fix: mend it
      "
    `);
  });

  test("have carets as wide as what is wide, and none for what is put on top of something", () => {
    expect(
      printed("a: { 名前: x, e\u0301té: n\u0303ame, 👩‍👩‍👧: 🎉🎉 }", "#/a/👩‍👩‍👧"),
    ).toMatchInlineSnapshot(`
      "api.yaml:1:36: error: #/a/👩‍👩‍👧: is wrong
      > 1 | a: { 名前: x, été: ñame, 👩‍👩‍👧: 🎉🎉 }
          |                              ^^^^
        fix: mend it
      "
    `);
  });

  test("show what would not be seen", () => {
    expect(printed('a: { "\u202eb": c, d: e }\nb: "e\u00a0\u200bf"\n', "#/a/d")).toMatchInlineSnapshot(`
      "api.yaml:1:18: error: #/a/d: is wrong
      > 1 | a: { "\\u{202e}b": c, d: e }
          |                         ^
        2 | b: "e\\u{a0}\\u{200b}f"
        fix: mend it
      "
    `);
  });

  test("show what would move the cursor", () => {
    expect(printedError('a: b\nc: "\u001b[2J"\n')).toMatchInlineSnapshot(`
      "api.yaml:2:5: error: expected valid JSON character
        1 | a: b
      > 2 | c: "\\u{1b}[2J"
          |     ^^^^^^
        fix: remove the character, or write it as an escape
      "
    `);
  });

  test("are cut on both sides where one is longer than the terminal is wide", () => {
    const text = JSON.stringify({
      a: "x".repeat(5_000),
      paths: { "/things": { get: { operationId: "list things" } } },
      z: "y".repeat(5_000),
    });
    expect(printed(text, "#/paths/~1things/get/operationId")).toMatchInlineSnapshot(`
      "api.yaml:1:5050: error: #/paths/~1things/get/operationId: is wrong
      > 1 | …xxxxxx","paths":{"/things":{"get":{"operationId":"list things"}}},"z":"yyyyyyyyyyyyyyyyyyyyy…
          |                                                   ^^^^^^^^^^^^^
        fix: mend it
      "
    `);
  });

  test("are cut behind a value that is longer than they are", () => {
    expect(printed(`a:\n  b: ${"long ".repeat(100)}\n`, "#/a/b", { width: 60 })).toMatchInlineSnapshot(`
      "api.yaml:2:6: error: #/a/b: is wrong
        1 | a:
      > 2 |   b: long long long long long long long long long lon…
          |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        fix: mend it
      "
    `);
  });

  test("keep their beginning where the value fits, and are cut behind it", () => {
    expect(printed(`a:\n  b: [c, ${"d, ".repeat(100)}]\n`, "#/a/b/0", { width: 50 })).toMatchInlineSnapshot(`
      "api.yaml:2:7: error: #/a/b/0: is wrong
        1 | a:
      > 2 |   b: [c, d, d, d, d, d, d, d, d, d, d, d, d…
          |       ^
        fix: mend it
      "
    `);
  });

  test("are no more than there are", () => {
    expect(printed("a: 1", "#/a")).toMatchInlineSnapshot(`
      "api.yaml:1:4: error: #/a: is wrong
      > 1 | a: 1
          |    ^
        fix: mend it
      "
    `);
  });

  test("have one caret behind the end of a text that stops too early", () => {
    expect(printedError('{\n  "a": [1,\n')).toMatchInlineSnapshot(`
      "api.yaml:3:1: error: unexpected end of the stream within a flow collection
        1 | {
        2 |   "a": [1,
      > 3 |
          | ^
        fix: close the bracket
      "
    `);
  });

  test("are never wider than they may be, and have their carets below them, wherever the mistake is", () => {
    const words = ["a", "\t", "名", "e\u0301", "👩‍👩‍👧", "\u001b", "\u{1f1e9}\u{1f1ea}", "b c"];
    for (let seed = 0; seed < 300; seed += 1) {
      const value = Array.from(
        { length: 1 + (seed % 40) },
        (_, index) => words[(seed * 7 + index * 3) % 8],
      ).join("");
      const before = words[seed % 8]?.repeat(seed % 90) ?? "";
      const text = JSON.stringify({ a: before, b: value.trim() || "a", c: before }).replaceAll("\\t", "\t");
      const start = text.indexOf('"b"') + 4;
      const at = { file: "api.json", ...positionAt(text, { start, end: text.lastIndexOf(',"c"') }) };
      const lines = formatDiagnostics([diagnosticAt(at, { message: "", fix: "" })], { width: 60 }).split(
        "\n",
      );
      const [marked = "", carets = ""] = [lines[1], lines[2]];
      expect(stringWidth(marked)).toBeLessThanOrEqual(60);
      expect(stringWidth(carets)).toBeLessThanOrEqual(stringWidth(marked) + 1);
      const under = [...new Intl.Segmenter("en").segment(marked)].reduce(
        (found, { segment }) => (stringWidth(found) < carets.indexOf("^") ? found + segment : found),
        "",
      );
      expect(marked.slice(under.length)).toMatch(/^"/);
    }
  });

  test("are left out where they are not known", () => {
    const diagnostic = diagnosticAt(startOf("api.yaml"), {
      message: "there is no such file",
      fix: "create it",
    });
    expect(formatDiagnostics([diagnostic])).toBe(
      "api.yaml:1:1: error: there is no such file\n  fix: create it\n",
    );
  });
});

describe("formatDiagnostics", () => {
  const at = (file: string, line: number) => ({ ...startOf(file), line });
  const warning = (file: string, line: number, message: string) =>
    diagnosticAt(at(file, line), { severity: "warning", message, fix: "mend it" });

  test("says nothing of nothing", () => {
    expect(formatDiagnostics([])).toBe("");
  });

  test("has errors first, then file by file as they came up, from top to bottom, and says how many there are", () => {
    const error = diagnosticAt(at("a.yaml", 9), { message: "e", fix: "mend it" });
    const all = [warning("b.yaml", 7, "x"), warning("a.yaml", 3, "y"), warning("b.yaml", 2, "z"), error];
    expect(formatDiagnostics(all)).toBe(
      [
        "a.yaml:9:1: error: e\n  fix: mend it",
        "b.yaml:2:1: warning: z\n  fix: mend it",
        "b.yaml:7:1: warning: x\n  fix: mend it",
        "a.yaml:3:1: warning: y\n  fix: mend it",
        "1 error and 3 warnings\n",
      ].join("\n\n"),
    );
    expect(worstFirst(all).map(({ message }) => message)).toEqual(["e", "z", "x", "y"]);
  });

  test("shows the lines of a place once, whatever there is to tell of it", () => {
    const [first = ""] = printed(document, "#/info/title").split("\n\n");
    const { locate } = parseDocument("api.yaml", document);
    const at = locate("#/info/title");
    const both = ["is wrong", "is too long"].map((message) =>
      diagnosticAt(at, { pointer: "#/info/title", message, fix: "mend it" }),
    );
    const second = "api.yaml:3:10: error: #/info/title: is too long\n  fix: mend it";
    expect(formatDiagnostics(both)).toBe(`${first.trimEnd()}\n\n${second}\n\n2 errors\n`);
  });

  test("prints five of hundreds that differ in names only, and says where the others are and how to see them", () => {
    const all = Array.from({ length: 300 }, (_, index) =>
      warning("a.yaml", index + 1, `there is no "${index}"`),
    );
    const text = formatDiagnostics([...all, warning("a.yaml", 400, "other")], { seeAll: "--json lists all" });
    expect(text.match(/^a\.yaml:\d+/gm)).toEqual([1, 2, 3, 4, 5, 400].map((line) => `a.yaml:${line}`));
    expect(text).toContain("  295 more like this: a.yaml:6:1, a.yaml:7:1, a.yaml:8:1 and 292 more\n");
    expect(text).toMatch(/\n301 warnings; 295 of them are not shown: --json lists all\n$/);
  });

  test("prints fifty of hundreds that have nothing in common", () => {
    const letters = "abcdefghijklmnopqrst".split("");
    const all = letters.flatMap((a) => letters.map((b) => warning("a.yaml", 1, `is ${a}${b}`)));
    const text = formatDiagnostics(all);
    expect(text.match(/^a\.yaml/gm)).toHaveLength(50);
    expect(text).toMatch(/\n400 warnings; 350 of them are not shown\n$/);
  });

  test("prints every one where that is asked for", () => {
    const all = Array.from({ length: 300 }, (_, index) =>
      warning("a.yaml", index + 1, `there is no "${index}"`),
    );
    const text = formatDiagnostics(all, { all: true });
    expect(text.match(/^a\.yaml/gm)).toHaveLength(300);
    expect(text).toMatch(/\n300 warnings\n$/);
  });

  test("counts the places that were found and never listed", () => {
    const more = { ...warning("a.yaml", 1, "x"), more: 30 };
    expect(formatDiagnostics([more, warning("a.yaml", 2, "y")])).toBe(
      [
        "a.yaml:1:1: warning: x (and at 30 more places)\n  fix: mend it",
        "a.yaml:2:1: warning: y\n  fix: mend it",
        "32 warnings\n",
      ].join("\n\n"),
    );
  });

  test("colours nothing unless it is asked to, and nothing else is different then", () => {
    const text = printed(document, "#/paths/~1things/get/parameters/0/in");
    const colored = printed(document, "#/paths/~1things/get/parameters/0/in", { color: true });
    expect(stripVTControlCharacters(text)).toBe(text);
    expect(colored).toContain("\u001b[31m");
    expect(stripVTControlCharacters(colored)).toBe(text);
  });
});
