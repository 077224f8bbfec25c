import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emitReport, type ReportFormat } from "../../generator/src/emit-report.ts";
import { GeneratorError } from "../../generator/src/errors.ts";
import type { AccessReport } from "../../generator/src/model.ts";
import { report } from "../../generator/src/report.ts";
import { visible } from "../../generator/src/visible.ts";
import { folderWith } from "../support/folder.ts";
import { guardedApis, type Write } from "../support/guarded-apis.ts";
import { evilTexts, hostileTexts } from "../support/hostile-texts.ts";

async function reportOf(write?: Write): Promise<AccessReport> {
  return (await report({ cwd: folderWith(guardedApis(write)), format: "json" })).report;
}

/** Every text of a report replaced that is a document's or the config's. */
function replaceTexts(access: AccessReport, text: string): AccessReport {
  const own = new Set(["name", "title", "version", "path", "summary", "tokenClient", "audience", "issuer"]);
  const lists = new Set(["scopes", "requested", "credentials", "couldBeCalledBy", "resources"]);
  const isClass = (value: unknown) => /Client$/.test(String(value));
  const json = JSON.stringify(access, function replace(key, value: unknown) {
    if (typeof value !== "string" || isClass(value)) return value;
    return own.has(key) || (Array.isArray(this) && lists.has(String(key))) ? text : value;
  });
  return JSON.parse(json);
}

/** The HTML without its texts: what is left is ours. */
function skeletonOf(page: string): string {
  const body = page.slice(page.indexOf("</style>"), page.indexOf("<script"));
  return body.replaceAll(/>[^<]*</g, "><").replaceAll(/"[^"]*"/g, '""');
}

/** Every kind of tag, without the values of attributes; also what begins like one. */
function tagsOf(page: string): Set<string> {
  return new Set(skeletonOf(page).split(/(?=<)/));
}

/** The Markdown without its code spans. */
function proseOf(markdown: string): string {
  return markdown.replaceAll(/`[^`\n]*`/g, "``");
}

describe("emitReport", () => {
  test.each<ReportFormat>(["html", "markdown", "json"])(
    "writes the same %s for the same report",
    async (format) => {
      const texts = await Promise.all([reportOf(), reportOf()]);
      const [first, second] = texts.map((access) => emitReport(access, format));
      expect(first).toBe(second);
      expect(first).not.toContain("/tmp/");
    },
  );
});

describe("a page", () => {
  test("allows its own script and style, and nothing else", async () => {
    const page = emitReport(await reportOf(), "html");
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const [, script = ""] = /<script type="module">(.*?)<\/script>/s.exec(page) ?? [];
    const hashOf = (text: string) => `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    expect(policy.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
    ]);
  });

  test.each([...evilTexts, ...hostileTexts])("has the same elements whatever texts say: %j", async (text) => {
    const plain = await reportOf();
    const page = emitReport(replaceTexts(plain, `x${text}`), "html");
    expect(skeletonOf(page)).toBe(skeletonOf(emitReport(replaceTexts(plain, "x"), "html")));
  });

  test("has the same elements whatever any text says", async () => {
    const plain = await reportOf();
    const want = skeletonOf(emitReport(replaceTexts(plain, "x"), "html"));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(skeletonOf(emitReport(replaceTexts(plain, `x${text}`), "html"))).toBe(want);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a text for a pull request", () => {
  test.each([
    ...evilTexts,
    ...hostileTexts,
    "@everyone",
    "#1",
    "![](https://a.example)",
    "|",
    "`",
    "\\",
    "<b>",
  ])("keeps what is not ours in code spans: %j", async (text) => {
    const plain = await reportOf();
    const want = proseOf(emitReport(replaceTexts(plain, "x"), "markdown"));
    expect(proseOf(emitReport(replaceTexts(plain, text), "markdown"))).toBe(want);
  });

  test("begins with what there is, in numbers", async () => {
    const [, title, , sums] = emitReport(await reportOf(), "markdown").split("\n");
    expect([title, sums]).toEqual([
      "# Who can call what",
      "3 APIs · 13 operations · 4 token clients · 5 scopes · 7 warnings · 5 notes",
    ]);
  });

  test("fits into a comment, and says what it leaves out", async () => {
    const plain = await reportOf();
    const clients = plain.clients.map((client) => {
      const operations = Array.from({ length: 400 }, () => client.operations).flat();
      return { ...client, operations };
    });
    const text = emitReport({ ...plain, clients }, "markdown");
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("There are more operations than fit in here");
  });
});

describe("data", () => {
  test("is the report, with what each finding means", async () => {
    const plain = await reportOf();
    const data = JSON.parse(emitReport(plain, "json"));
    expect(data).toMatchObject({ ...plain, findings: plain.findings });
    expect(data.findings[0]).toMatchObject({
      message: expect.stringContaining("says nothing of security for 2 operations of ThingsClient"),
      fix: expect.stringContaining("Declare security"),
    });
  });

  test("has nothing in it that a terminal obeys, and is what it was when it is read", async () => {
    const hostile = replaceTexts(await reportOf(), `x${hostileTexts.join("")}\u200f\u009b`);
    const text = emitReport(hostile, "json");
    const lines = text.split("\n");
    expect(lines.map(visible)).toEqual(lines);
    expect(JSON.parse(text)).toMatchObject(hostile);
  });
});

describe("a hostile document", () => {
  test.each([...evilTexts, ...hostileTexts])("goes through all of it: %j", async (text) => {
    try {
      const page = emitReport(await reportOf((label) => `${label}${text}`), "html");
      const known = tagsOf(emitReport(await reportOf(), "html"));
      expect([...tagsOf(page)].filter((tag) => !known.has(tag))).toEqual([]);
    } catch (error) {
      // What no document or config can be called is said before there is anything to report.
      if (!(error instanceof GeneratorError)) throw error;
      expect(error.code).toMatch(/^ERR_(CONFIG|DOCUMENT|MAPPING)_/);
    }
  });
});
