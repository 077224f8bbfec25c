import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Exception } from "../support/wire/report.ts";
import { describeWire } from "../support/wire/wire-suite.ts";

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
    reason: "asks for Basic credentials and a token at once: there is one Authorization field",
  },
];

describeWire(
  "a client of a published example",
  Object.fromEntries(files.filter((name) => !EMPTY.has(name)).map((name) => [name, join(examples, name)])),
  exceptions,
);
