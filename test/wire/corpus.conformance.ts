import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Exception } from "../support/wire/report.ts";
import { createSuite } from "../support/wire/wire-suite.ts";

/** Real documents that are too large, or not free, to be kept here; the folder need not be there. */
const corpus = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));

const exceptions: readonly Exception[] = [];

/** A document of several files is a folder whose first is `full.yaml`. */
function listDocuments(): string[] {
  const names = readdirSync(corpus).filter((name) => !name.endsWith(".md"));
  return names.map((name) => (statSync(join(corpus, name)).isDirectory() ? `${name}/full.yaml` : name));
}

const documents = existsSync(corpus) ? listDocuments() : [];
const { problemsOf } = createSuite("Clients of real documents", { exceptions });

test.each(documents)(
  "every call and every answer of a real document arrives as it was meant: %s",
  { timeout: 120_000 },
  async (name) => {
    expect(await problemsOf(name, join(corpus, name))).toEqual([]);
  },
);

test("what is excepted has a reason", () => {
  expect(exceptions.filter(({ reason }) => reason === "")).toEqual([]);
});
