import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readSources } from "./support/architecture.ts";
import { listTests } from "./support/conformance/declared-tests.ts";
import { checkConformance, FEATURES } from "./support/conformance.ts";

const DOCUMENT = "docs/conformance.md";

function readFile(path: string): string | undefined {
  const url = new URL(`../${path}`, import.meta.url);
  return existsSync(fileURLToPath(url)) ? readFileSync(url, "utf8") : undefined;
}

/** A document of one rule, with a test file to match. */
const files: Readonly<Record<string, string>> = {
  [DOCUMENT]: `
# Conformance

See [elsewhere](other.md#there).

## Token requests

| Rule | Source | Test |
|---|---|---|
| One is sent | RFC 6749 §4.4; design | [request](../test/runtime/request.test.ts): send > is one<br>[types/a](../test/types/a.test.ts): a \\| b |
`,
  "docs/other.md": "",
  "test/runtime/request.test.ts": 'describe("send", () => { test("is one", () => {}); });',
  "test/types/a.test.ts": 'it.each([1])(`a | b`, () => {}); test("b", () => {});',
};

/** What is wrong once a text of the document, or a test file, is another one. */
function checkWith(changes: Readonly<Record<string, readonly [from: string, to: string]>>) {
  return checkConformance(DOCUMENT, (path) => {
    const [from, to] = changes[path] ?? ["", ""];
    if (files[path] !== undefined && !files[path].includes(from)) throw new Error(`${path} has no ${from}`);
    return files[path]?.replace(from, to);
  });
}

const inDocument = (from: string, to: string) => checkWith({ [DOCUMENT]: [from, to] });
const inTests = (from: string, to: string) => checkWith({ "test/runtime/request.test.ts": [from, to] });

describe("checkConformance", () => {
  test("finds nothing wrong where nothing is", () => {
    expect(checkWith({})).toEqual([]);
  });

  test.each<[string, () => readonly string[], string]>([
    ["a test that does not exist", () => inDocument("is one", "is two"), "has 0 tests"],
    ["a test of another file", () => inDocument("): send > is one", "): b"), "has 0 tests"],
    ["a title without its describe", () => inDocument("send > ", ""), "has 0 tests"],
    ["a title that two tests have", () => inTests("() => {}", '() => {}); test("is one"'), "has 2 tests"],
    ["a skipped test", () => inTests("test(", "test.skip("), "is skipped"],
    ["a test without a function", () => inTests(", () => {}); });", "); });"), "is skipped"],
    ["a test to do", () => inTests("test(", "test.todo("), "is skipped"],
    ["a test that is skipped at times", () => inTests("test(", "test.skipIf(true)("), "is skipped"],
    ["a test in a skipped describe", () => inTests("describe(", "describe.skip("), "is skipped"],
    [
      "a test with an option to skip it",
      () => inTests(", () => {}", ", { skip: 1 }, () => {}"),
      "is skipped",
    ],
    ["a test that skips itself", () => inTests("() => {}", "(context) => context.skip()"), "is skipped"],
    ["a test that leaves others out", () => inTests("test(", "test.only("), "is skipped"],
    ["a test that is to fail", () => inTests("test(", "test.fails("), "is skipped"],
    ["a file that does not exist", () => inDocument("request.test.ts", "no.test.ts"), "leads nowhere"],
    ["a page that does not exist", () => inDocument("other.md", "no.md"), "leads nowhere"],
    ["a link that is called otherwise", () => inDocument("[request]", "[other]"), 'be called "request"'],
    [
      "a test without its file",
      () => inDocument("[types/a](../test/types/a.test.ts): ", ""),
      "not all named",
    ],
    [
      "a row without a test",
      () => inDocument(/\[request.*b /.exec(files[DOCUMENT] ?? "")?.[0] ?? "-", ""),
      "not",
    ],
    ["a row without a source", () => inDocument("RFC 6749 §4.4; design", ""), "its source is none"],
    ["a source that is none", () => inDocument("RFC 6749 §4.4", "RFC 6749 4.4"), "its source is none"],
    ["a row without a rule", () => inDocument("One is sent", ""), "no sentence"],
    ["a row of four cells", () => inDocument(" | RFC", " | | RFC"), "not all named"],
    ["a rule that is there already", () => repeatRow(), "there already"],
    ["a heading without text", () => inDocument("## Token requests", "##"), "heading is empty"],
    ["a section without rows", () => inDocument("## Token", "## Empty\n\n## Token"), '"Empty" has no rows'],
    ["no sections", () => inDocument("## ", ""), "no section"],
    ["no document", () => checkConformance("docs/none.md", () => undefined), "no section"],
  ])("finds %s", (_, check, what) => {
    expect(check().join("\n")).toContain(what);
  });

  test.each<readonly [support: string, isOne: boolean]>([
    ["yes", true],
    ["yes: in part of it", true],
    ["partly: some of it", true],
    ["no: what happens instead", true],
    ["no", false],
    ["partly", false],
    ["maybe", false],
    ["yes: a sentence.", false],
    ["", false],
  ])("takes for the support of a feature %j: %j", (support, isOne) => {
    const text = files[DOCUMENT]
      ?.replace("Rule | Source", "Feature | Support")
      .replace(/RFC.*?design/, support);
    const read = (path: string) => (path === DOCUMENT ? text : files[path]);
    const want = isOne ? [] : ["10: its support is none"];
    expect(checkConformance(DOCUMENT, read, FEATURES)).toEqual(want);
  });

  test("says in which line", () => {
    expect(inDocument("is one", "is two")).toEqual([
      '10: test/runtime/request.test.ts has 0 tests "send > is two"',
    ]);
  });
});

function repeatRow(): readonly string[] {
  const [row = ""] = /^\| One.*$/m.exec(files[DOCUMENT] ?? "") ?? [];
  return inDocument(row, `${row}\n${row}`);
}

describe("listTests", () => {
  test.each<[string, string, string[]]>([
    ["nested describes", 'describe("a", () => { describe("b", () => { test("c", f); }); });', ["a > b > c"]],
    [
      "tables",
      'describe.each(t)("%s", () => { test.for(t)("$n", f); test.each`a`("b", f); });',
      ["%s > $n", "%s > b"],
    ],
    ["what needs a Redis", 'describeWithServer("a", () => { test("b", f); });', ["a > b"]],
    ["what needs a browser", 'describeInBrowser("a", () => { test("b", f); });', ["a > b"]],
    ["loops", 'for (const x of y) { it("a", f); }', ["a"]],
    ["titles that are no text", 'test(name, f); test("a" + b, f);', ["name", '"a" + b']],
    ["nothing that is called alike", '/x/.test("a"); suite.test("b"); my.it("c");', []],
  ])("knows %s", (_, text, want) => {
    expect(listTests("a.test.ts", text).map(({ title }) => title)).toEqual(want);
  });
});

describe("docs/conformance.md", () => {
  test("names tests that exist and run, for rules that are complete", () => {
    expect(checkConformance(DOCUMENT, readFile)).toEqual([]);
  });
});

describe("docs/openapi-support.md", () => {
  test("names tests that exist and run, for features that are complete", () => {
    expect(checkConformance("docs/openapi-support.md", readFile, FEATURES)).toEqual([]);
  });
});

/** Whatever lets time pass. */
const WAITS = /\b(setTimeout|setInterval|sleep|delay)\(|\bsetTimeout as\b|\bscheduler\.wait|\bAtomics\.wait/;

/** Tests that do, and why. */
const waiting: Readonly<Record<string, string>> = {
  "test/generator/cli/contain.test.ts": "somebody reads what a command says slowly",
  "test/runtime/fleet/store-faults.test.ts": "a token request takes longer than the lock of who asks lasts",
  "test/runtime/shared-tokens/hostile-store.test.ts":
    "a store answers late, by a clock that the test advances",
  "test/runtime/shared-tokens/store-guard.test.ts":
    "work takes longer than it may, by a clock that the test advances",
  "test/runtime/shared-tokens/turn.test.ts": "a store answers late, by a clock that the test advances",
  "test/runtime/shared-tokens/useless-store.test.ts":
    "a store answers late, by a clock that the test advances",
  "test/runtime/testing/api-mock-agent.test.ts": "a reply has a delay, and a call has had enough before it",
  "test/runtime/token-manager/process.test.ts": "programs show that they have not ended when they could have",
  "test/runtime/transport.test.ts":
    "a program has time to connect, then shows that its connection lets it end",
  "test/runtime/waiting.test.ts": "a program shows whether work that takes time keeps it from ending",
  "test/support/fleet/member.ts": "a process of a fleet calls again and again while its server is in trouble",
  "test/support/redis-cluster.ts": "the nodes of a cluster find each other in their own time",
  "test/support/snippets/run.ts": "a snippet that leaves connections open is ended all the same",
};

describe("the tests", () => {
  const sources = [...readSources("test")];

  test("are all run", () => {
    const left = sources
      .filter(([path]) => path.endsWith(".test.ts"))
      .flatMap(([path, text]) => listTests(path, text).map((declared) => ({ path, ...declared })))
      .filter(({ runs }) => !runs);
    expect(left).toEqual([]);
  });

  test("wait for no time to pass, but for a reason that is given here", () => {
    const found = sources.filter(([path, text]) => path !== "test/conformance.test.ts" && WAITS.test(text));
    expect(found.map(([path]) => path)).toEqual(Object.keys(waiting));
  });
});
