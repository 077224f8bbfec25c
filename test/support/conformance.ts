import { posix } from "node:path";
import { listTests } from "./conformance/declared-tests.ts";

/** Where a document's links lead: the text of a file by its path from the repository's root, if there is one. */
export type ReadFile = (path: string) => string | undefined;

/** `line: what is wrong`, in the order of the lines. */
export type Violations = readonly string[];

/** A test as a row names it. */
interface NamedTest {
  readonly label: string;
  /** From the repository's root. */
  readonly path: string;
  readonly title: string;
}

interface Row {
  readonly line: number;
  readonly rule: string;
  readonly source: string;
  readonly tests: readonly (NamedTest | undefined)[];
}

interface Section {
  readonly line: number;
  readonly heading: string;
  readonly rows: readonly Row[];
}

/** What the tables of a document have in their columns. */
export interface TableForm {
  readonly header: readonly [subject: string, second: string, test: string];
  readonly second: RegExp;
}

/** `[token-source](../test/runtime/token-source.test.ts): early renewal > is one request` */
const NAMED_TEST = /^\[([^\]]+)\]\(([^)\s]+\.test\.ts)\): (.+)$/;

/** Its address, without what it is called and where on that page it leads. */
const LINK = /\]\(([^)\s#]+)[^)\s]*\)/g;

/** What a rule may be from: sections of standards, or, where none rules it, what was decided here. */
const SOURCE =
  /design|(RFC \d{4}|OpenID Connect (Core|Discovery) 1\.0|OpenAPI 3\.2|WHATWG (HTML|URL))( §\d+(\.\d+)*(, §\d+(\.\d+)*)*)?/
    .source;
const SOURCE_LIST = new RegExp(`^(${SOURCE})(; (${SOURCE}))*$`);

/** Rules: whose they are. */
export const RULES: TableForm = { header: ["Rule", "Source", "Test"], second: SOURCE_LIST };

/** Features: whether they are supported, and what happens instead where they are not. */
export const FEATURES: TableForm = {
  header: ["Feature", "Support", "Test"],
  second: /^(yes|(yes|partly|no): .*[^.])$/,
};

/**
 * Checks a document whose tables say which test proves which rule: each test exists where the row says, and runs
 * whenever all tests do; no row lacks anything or is there twice; no section is empty; each link leads somewhere.
 *
 * @param path - of the document, from the repository's root
 * @param form - default {@link RULES}
 */
export function checkConformance(path: string, readFile: ReadFile, form = RULES): Violations {
  const lines = (readFile(path) ?? "").split("\n");
  const sections = parseSections(lines, path, form);
  const rows = sections.flatMap((section) => section.rows);
  return [
    ...checkSections(sections),
    ...checkRows(rows, form),
    ...rows.flatMap((row) => checkTests(row, readFile)),
    ...checkLinks(lines, path, readFile),
  ].toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
}

function parseSections(lines: readonly string[], path: string, { header }: TableForm): Section[] {
  const starts = lines.flatMap((text, index) => (/^##(\s|$)/.test(text) ? [index] : []));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? lines.length;
    const rows = lines.slice(start, end).flatMap((text, offset) => {
      const cells = splitCells(text);
      if (cells === undefined || cells.every((cell) => /^-+$/.test(cell))) return [];
      if (cells.join() === header.join()) return [];
      return [parseRow(cells, start + offset + 1, path)];
    });
    return { line: start + 1, heading: lines[start]?.replace(/^##\s*/, "") ?? "", rows };
  });
}

/** Undefined for a line that is none of a table's. */
function splitCells(line: string): string[] | undefined {
  if (!line.startsWith("|")) return undefined;
  const cells = line.trim().split(/(?<!\\)\|/);
  return cells.slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function parseRow([rule = "", source = "", tests = "", ...more]: string[], line: number, path: string): Row {
  const named = more.length > 0 ? [""] : tests.split("<br>");
  return { line, rule, source, tests: named.map((text) => parseTest(text.trim(), path)) };
}

function parseTest(text: string, path: string): NamedTest | undefined {
  const [, label, link, title] = NAMED_TEST.exec(text) ?? [];
  if (label === undefined || link === undefined || title === undefined) return undefined;
  return { label, path: posix.join(posix.dirname(path), link), title };
}

function checkSections(sections: readonly Section[]): string[] {
  if (sections.length === 0) return ["1: there is no section"];
  return sections.flatMap(({ line, heading, rows }) => [
    ...(heading === "" ? [`${line}: a heading is empty`] : []),
    ...(rows.length === 0 ? [`${line}: "${heading}" has no rows`] : []),
  ]);
}

function checkRows(rows: readonly Row[], { header, second }: TableForm): string[] {
  const [subject, property] = header.map((title) => title.toLowerCase());
  const seen = new Set<string>();
  return rows.flatMap(({ line, rule, source, tests }) => {
    const wrong: string[] = [];
    if (!/^[A-Z`].*[^.]$/.test(rule)) wrong.push(`its ${subject} is no sentence`);
    if (seen.has(rule.toLowerCase())) wrong.push(`its ${subject} is there already`);
    if (!second.test(source)) wrong.push(`its ${property} is none`);
    if (tests.includes(undefined)) wrong.push("its tests are not all named as [label](file): title");
    seen.add(rule.toLowerCase());
    return wrong.map((what) => `${line}: ${what}`);
  });
}

function checkTests({ line, tests }: Row, readFile: ReadFile): string[] {
  return tests.flatMap((named) => {
    if (named === undefined) return [];
    const { label, path, title } = named;
    const text = readFile(path);
    if (text === undefined) return []; // A link that leads nowhere.
    const wrong: string[] = [];
    const expected = path.replace(/^test\/(runtime\/)?/, "").replace(/\.test\.ts$/, "");
    if (label !== expected) wrong.push(`the link "${label}" should be called "${expected}"`);
    const found = listTests(path, text).filter((declared) => declared.title === title);
    if (found.length !== 1) wrong.push(`${path} has ${found.length} tests "${title}"`);
    if (!found.every(({ runs }) => runs)) wrong.push(`the test "${title}" is skipped`);
    return wrong.map((what) => `${line}: ${what}`);
  });
}

function checkLinks(lines: readonly string[], path: string, readFile: ReadFile): string[] {
  return lines.flatMap((text, index) => {
    const links = [...text.matchAll(LINK)].map(([, link = ""]) => link);
    const dead = links.filter((link) => readFile(posix.join(posix.dirname(path), link)) === undefined);
    return dead.map((link) => `${index + 1}: ${link} leads nowhere`);
  });
}
