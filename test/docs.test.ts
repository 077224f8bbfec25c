import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configSchema } from "../generator/src/load-config/config-schema.ts";
import { PAGES } from "./support/snippets.ts";

const ROOT = new URL("../", import.meta.url);

/** As GitHub names the headings of a page. */
function anchorsOf(page: URL): string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const links = readFileSync(new URL(page, ROOT), "utf8").matchAll(/\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)/g);
  const broken = [...links].filter(([, path = "", anchor = ""]) => {
    const target = new URL(path, new URL(page, ROOT));
    return !existsSync(target) || (anchor !== "" && !anchorsOf(target).includes(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The keys that a schema of valibot allows, at any depth. */
function keysOf(schema: object): string[] {
  const keys = "entries" in schema ? Object.keys(Object(schema.entries)) : [];
  const parts = Object.values(schema).filter((part) => typeof part === "object" && part !== null);
  return [...keys, ...parts.flatMap(keysOf)];
}

test("docs/report.md says what every kind of finding means", () => {
  const source = readFileSync(new URL("generator/src/model/report.ts", ROOT), "utf8");
  const [, union = ""] = /type FindingKind =([^;]*);/.exec(source) ?? [];
  const kinds = [...union.matchAll(/"(.*?)"/g)].map(([, kind]) => kind);
  expect(kinds).toContain("unneeded-scopes");
  const page = readFileSync(new URL("docs/report.md", ROOT), "utf8");
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, kind]) => kind).toSorted()).toEqual(
    kinds.toSorted(),
  );
});

test("docs/config.md names every key of the config", () => {
  const page = readFileSync(new URL("docs/config.md", ROOT), "utf8");
  const keys = keysOf(configSchema);
  expect(keys).toContain("specRoot");
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test.each(["runtime/src/errors.ts", "generator/src/errors.ts"])(
  "docs/errors.md names every code of %s",
  (path) => {
    const page = readFileSync(new URL("docs/errors.md", ROOT), "utf8");
    const codes = readFileSync(new URL(path, ROOT), "utf8").match(/(?<=")ERR_\w+(?=")/g) ?? [];
    expect(codes).not.toEqual([]);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  },
);
