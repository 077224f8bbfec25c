import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import { compileErrors } from "../support/compile.ts";
import { addFiles } from "../support/folder.ts";

/** Real documents that are too large, or not free, to be kept here; the folder need not be there. */
const corpus = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));

const inCorpus =
  "xero-accounting.yaml discord.json paypal-orders.json paypal-disputes.json spotify-fixed.yml aws-s3.json " +
  "clerk.yaml heyapi-full-3.1/full.yaml microcks.json museum.yaml odata-conflict.yaml opencode.yaml " +
  "docusign-rooms-v2.json heyapi-full-2.0/full.yaml petstore-v2.json slack-v2.json " +
  "parameters-style.json pubsub.json security-31.json server-variables.json superset.json apideck-crm.json";

const examples = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));

/** Two have no operations to make methods of. */
const inExamples = ["2.0", "3.0", "3.1"].flatMap((version) =>
  readdirSync(join(examples, version, "json"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && !/(^webhooks|openapi-workshop\/title)\.json$/.test(path))
    .map((path) => join(examples, version, "json", path)),
);

const documents = [
  ...inExamples.toSorted(),
  ...(existsSync(corpus) ? inCorpus.split(" ").map((name) => join(corpus, name)) : []),
];

/** `3.0-json-petstore` */
const nameOf = (document: string) =>
  relative(document.startsWith(examples) ? examples : corpus, document)
    .replace(/\.\w+$/, "")
    .replaceAll("/", "-");

describe("real documents", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "openapi-m2m-corpus-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const generated: string[] = [];

  test.each(documents.map((document) => [nameOf(document), document] as const))(
    "become a client: %s",
    { timeout: 60_000 },
    async (name, document) => {
      const cwd = join(folder, name);
      const RealClient = { spec: relative(cwd, document), tokenClient: "real.client" };
      const tokenClients = { "real.client": { issuer: "https://login.example.com" } };
      const config = { output: ".", importExtension: "ts", tokenClients, clients: { RealClient } };
      addFiles(cwd, { "openapi-m2m.config.json": config });
      await generate({ cwd });
      generated.push(`${name}/index.ts`);
    },
  );

  // One program for all: each of its own would parse the libraries again. Every error begins with the document's name.
  test("compile under the strictest flags", { timeout: 120_000 }, () => {
    expect(compileErrors(folder, generated)).toEqual([]);
  });
});
