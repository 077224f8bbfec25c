import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Exception } from "../support/wire/report.ts";
import { describeWire } from "../support/wire/wire-suite.ts";

/** Real documents that are too large, or not free, to be kept here; the folder need not be there. */
const corpus = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));

const exceptions: readonly Exception[] = [
  {
    document: "heyapi-full-2.0/full.yaml",
    calls: "GET /api/v{api-version}/collectionFormat, everything",
    reason:
      "separates items with tabs, which no style of OpenAPI 3 does: the generator warns, and repeats the name",
  },
];

/** A document of several files is a folder whose first is `full.yaml`. */
function listDocuments(): Record<string, string> {
  const names = readdirSync(corpus).filter((name) => !name.endsWith(".md"));
  const files = names.map((name) =>
    statSync(join(corpus, name)).isDirectory() ? `${name}/full.yaml` : name,
  );
  return Object.fromEntries(files.map((name) => [name, join(corpus, name)]));
}

if (existsSync(corpus)) describeWire("a client of a real document", listDocuments(), exceptions);
else test("there is no corpus here", () => expect(exceptions).toBeInstanceOf(Array));
