import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Exception } from "../support/wire/report.ts";
import { createSuite } from "../support/wire/wire-suite.ts";

const examples = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));

/** Nothing to call. */
const EMPTY = new Set(["3.1/json/webhooks.json"]);

const files = ["2.0", "3.0", "3.1"].flatMap((version) =>
  readdirSync(join(examples, version, "json"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${version}/json/${name}`),
);

const exceptions: readonly Exception[] = [
  {
    document: "3.0/json/security-multiple.json",
    calls: "POST /anything/and,",
    reason:
      "contradicts itself: Basic credentials and a token at once, for which a request has one Authorization field",
  },
];

const { problemsOf } = createSuite("Clients of published examples", { exceptions });

test.each(files.filter((name) => !EMPTY.has(name)))(
  "every call and every answer of a published example arrives as it was meant: %s",
  { timeout: 60_000 },
  async (name) => {
    expect(await problemsOf(name, join(examples, name))).toEqual([]);
  },
);
