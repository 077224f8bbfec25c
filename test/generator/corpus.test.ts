import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import { compileErrors } from "../support/compile.ts";
import { addFiles, folderWith } from "../support/folder.ts";

/** Real documents that are too large, or not free, to be kept here; the folder need not be there. */
const corpus = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));

const inCorpus = [
  ...[
    "xero-accounting.yaml",
    "discord.json",
    "paypal-orders.json",
    "paypal-disputes.json",
    "spotify-fixed.yml",
  ],
  ...[
    "aws-s3.json",
    "clerk.yaml",
    "heyapi-full-3.1/full.yaml",
    "microcks.json",
    "museum.yaml",
    "odata-conflict.yaml",
  ],
  ...["opencode.yaml", "parameters-style.json", "pubsub.json", "security-31.json", "server-variables.json"],
  ...["superset.json", "apideck-crm.json"],
];

const examples = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));

const inExamples = [
  ...[
    "callbacks",
    "circular",
    "circular-paths",
    "complex-nesting",
    "discriminators",
    "file-uploads",
    "form-data",
  ],
  ...["http-status-codes", "link-example", "parameters-common", "parameters-cookies", "parameters-extreme"],
  ...[
    "parameters-style",
    "petstore",
    "polymorphism",
    "response-multiple-mediatypes",
    "schema-types",
    "security",
  ],
  ...["security-multiple", "star-trek", "uspto"],
].map((name) => `3.0/json/${name}.json`);

const examples31 = ["petstore", "schema-types", "security", "train-travel"].map(
  (name) => `3.1/yaml/${name}.yaml`,
);

const documents = [
  ...[...inExamples, ...examples31].map((name) => join(examples, name)),
  ...(existsSync(corpus) ? inCorpus.map((name) => join(corpus, name)) : []),
];

describe("real documents", () => {
  test("become clients that compile under the strictest flags", { timeout: 120_000 }, async () => {
    const folder = folderWith({});
    for (const [index, document] of documents.entries()) {
      const cwd = join(folder, String(index));
      const RealClient = { spec: relative(cwd, document), tokenClient: "real.client" };
      const tokenClients = { "real.client": { issuer: "https://login.example.com" } };
      const config = { output: ".", importExtension: "ts", tokenClients, clients: { RealClient } };
      addFiles(cwd, { "openapi-m2m.config.json": config });
      await expect(generate({ cwd }), basename(document)).resolves.toBeDefined();
    }
    const errors = compileErrors(
      folder,
      documents.map((_, index) => `${index}/index.ts`),
    );
    expect(
      errors.map((error) => error.replace(/^\d+/, (index) => documents[Number(index)] ?? index)),
    ).toEqual([]);
  });
});
