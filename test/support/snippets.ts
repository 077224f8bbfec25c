import { readdirSync, readFileSync } from "node:fs";

/** What users read. */
export const PAGES = [
  "README.md",
  "runtime/README.md",
  "generator/README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...readdirSync(new URL("../../docs", import.meta.url))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** A fenced block of a page. */
export interface Snippet {
  /** From the repository's root. */
  readonly page: string;
  /** Where its text begins; the first of the page is 1. */
  readonly line: number;
  /** What stands behind the fence: `ts`, `sh`, or nothing. */
  readonly language: string;
  readonly text: string;
  /** Why it can't be run, where an HTML comment above the fence says so: `<!-- not run: REASON -->`. */
  readonly notRun: string | undefined;
}

const FENCE = /^(?:<!-- not run: (?<notRun>[^\n]+) -->\n+)?```(?<language>[^\n]*)\n(?<text>.*?)^```$/gms;

/** The fenced blocks of a page, in their order. */
export function listSnippets(page: string, text = readPage(page)): Snippet[] {
  return [...text.matchAll(FENCE)].map(({ 0: whole, index, groups }) => {
    const { notRun, language = "", text: block = "" } = groups ?? {};
    const before = text.slice(0, index) + whole.slice(0, whole.indexOf("```"));
    return { page, line: before.split("\n").length + 1, language, text: block, notRun };
  });
}

/** A file name that says where a snippet is from. */
export function fileNameOf({ page, line }: Snippet): string {
  return `${page.replace(/\W/g, "-")}-line-${line}.ts`;
}

export function readPage(page: string): string {
  return readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
}
