import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import { compileErrors, emitDeclarations } from "../support/compile.ts";
import { documentOf, documentWith, generatorErrorOf, okResponses } from "../support/documents.ts";
import { addFiles, folderWith } from "../support/folder.ts";

const config = {
  output: "./generated",
  importExtension: "ts",
  tokenClients: {
    "catalog.client": { issuer: "https://login.example.com", scope: ["read"] },
    "invoice.client": { tokenEndpoint: "https://login.example.com/token", resource: ["urn:a", "urn:b"] },
  },
  clients: {
    CatalogClient: { spec: "./specs/catalog.json", tokenClient: "catalog.client" },
    InvoiceArchive: {
      spec: "./specs/invoice.json",
      tokenClient: "invoice.client",
      baseUrl: "https://api.example.com",
    },
  },
};

const project = (rest: Record<string, unknown> = {}) => ({
  "openapi-m2m.config.json": config,
  "specs/catalog.json": documentWith(okResponses),
  "specs/invoice.json": documentOf({
    "/invoices/{id}": { get: okResponses, delete: { ...okResponses, security: [] } },
  }),
  ...rest,
});

const BUNDLER = ts.ModuleResolutionKind.Bundler;

function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).toSorted();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** What is exported with neither a type nor a literal for a value: its declaration would be inferred. */
function undeclarable(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const { diagnostics = [] } = ts.transpileDeclaration(source.text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, declaration: true },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("generate", () => {
  test("writes a folder per client, the token clients and an index, which compile", async () => {
    const cwd = folderWith(project());
    const result = await generate({ cwd });
    expect(Object.keys(contentsOf(join(cwd, "generated")))).toEqual([
      "catalog/client.ts",
      "catalog/index.ts",
      "catalog/operations.ts",
      "catalog/schema.d.ts",
      "index.ts",
      "invoice-archive/client.ts",
      "invoice-archive/index.ts",
      "invoice-archive/operations.ts",
      "invoice-archive/schema.d.ts",
      "token-clients.ts",
    ]);
    expect(result.files).toBe(10);
    expect(compileErrors(cwd, ["generated/index.ts"])).toEqual([]);
  });

  test.each([
    ["bundlers resolve imports", { module: ts.ModuleKind.ESNext, moduleResolution: BUNDLER }],
    ["they are left as they are", { module: ts.ModuleKind.Preserve, moduleResolution: BUNDLER }],
    ["nothing is strict", { strict: false, exactOptionalPropertyTypes: false }],
  ])("writes what compiles where %s", async (_, settings) => {
    const cwd = folderWith(project());
    await generate({ cwd });
    expect(compileErrors(cwd, ["generated/index.ts"], settings)).toEqual([]);
  });

  test("writes what can be published: declarations name only what the runtime exports", async () => {
    const cwd = folderWith(project());
    await generate({ cwd });
    const files = ["token-clients.ts", "catalog/client.ts", "catalog/operations.ts"];
    expect(files.flatMap((file) => undeclarable(join(cwd, "generated", file)))).toEqual([]);
  });

  test.each(["js", "ts"])(
    "writes types that tsc carries into declarations with schema: ts, imports ending in .%s",
    { timeout: 60_000 },
    async (importExtension) => {
      const cwd = folderWith(
        project({ "openapi-m2m.config.json": { ...config, importExtension, schema: "ts" } }),
      );
      await generate({ cwd });
      expect(compileErrors(cwd, ["generated/index.ts"])).toEqual([]);
      const consumer = folderWith({
        "worker.ts": `import type { CatalogClient } from "./dist/index.js";
type Answer = Awaited<ReturnType<CatalogClient["listThings"]>>;
// @ts-expect-error: true unless a type is missing and the answer is any
export const answer: Answer = "anything";
`,
      });
      emitDeclarations(join(cwd, "generated"), ["index.ts"], join(consumer, "dist"));
      expect(compileErrors(consumer, ["worker.ts", "dist/index.d.ts"])).toEqual([]);
    },
  );

  test("groups methods by tag where the config says so", async () => {
    const operation = { ...okResponses, operationId: "orders/list", tags: ["orders"] };
    const CatalogClient = { ...config.clients.CatalogClient, group: "tag" };
    const cwd = folderWith(
      project({
        "openapi-m2m.config.json": { ...config, clients: { CatalogClient } },
        "specs/catalog.json": documentOf({ "/orders": { get: operation } }),
        "worker.ts": `import type { CatalogClient } from "./generated/index.ts";
export const list = (catalog: CatalogClient) => catalog.orders.list({ timeoutMs: 1_000 });
`,
      }),
    );
    await generate({ cwd });
    expect(compileErrors(cwd, ["worker.ts"])).toEqual([]);
  });

  test("removes the other form of the types when it changes", async () => {
    const cwd = folderWith(project());
    await generate({ cwd });
    addFiles(cwd, { "openapi-m2m.config.json": { ...config, schema: "ts" } });
    await generate({ cwd });
    const names = Object.keys(contentsOf(join(cwd, "generated/catalog")));
    expect(names).toEqual(["client.ts", "index.ts", "operations.ts", "schema.ts"]);
  });

  test("gives the same bytes in every run, folder and working directory", async () => {
    const [here, there] = [folderWith(project()), folderWith({})];
    addFiles(join(there, "deep/er"), project());
    await generate({ cwd: here });
    const first = contentsOf(join(here, "generated"));
    await generate({ cwd: here });
    await generate({ cwd: there, config: "deep/er/openapi-m2m.config.json" });
    expect(contentsOf(join(here, "generated"))).toEqual(first);
    expect(contentsOf(join(there, "deep/er/generated"))).toEqual(first);
  });

  test("has no path of this machine in what it writes", async () => {
    const cwd = folderWith(project());
    await generate({ cwd });
    expect(JSON.stringify(contentsOf(join(cwd, "generated")))).not.toContain(cwd);
  });

  test("removes the files of a client that is no more", async () => {
    const cwd = folderWith(project());
    await generate({ cwd });
    const { CatalogClient } = config.clients;
    addFiles(cwd, { "openapi-m2m.config.json": { ...config, clients: { CatalogClient } } });
    const { stale } = await generate({ cwd });
    expect(stale.filter(({ state }) => state === "extra")).toHaveLength(4);
    expect(readdirSync(join(cwd, "generated"))).not.toContain("invoice-archive");
  });

  test.each(["other/openapi-m2m.config.json", "other.json"])(
    "leaves alone what another config wrote to the same folder: %s",
    async (name) => {
      const output = name.includes("/") ? "../generated" : "./generated";
      const spec = name.includes("/") ? "../specs/catalog.json" : "./specs/catalog.json";
      const clients = { OtherClient: { spec, tokenClient: "catalog.client" } };
      const cwd = folderWith(project({ [name]: { ...config, output, clients } }));
      await generate({ cwd });
      const before = contentsOf(join(cwd, "generated"));
      for (const check of [false, true]) {
        const error = await generatorErrorOf(() => generate({ cwd, config: name, check }));
        expect(error.diagnostics).toMatchObject([
          { file: join(cwd, "generated/token-clients.ts"), mentions: [join(cwd, "openapi-m2m.config.json")] },
        ]);
      }
      expect(contentsOf(join(cwd, "generated"))).toEqual(before);
    },
  );

  test("writes nothing with check, and says what it would", async () => {
    const cwd = folderWith(project());
    expect((await generate({ cwd, check: true })).stale).toHaveLength(10);
    expect(readdirSync(cwd)).not.toContain("generated");
    await generate({ cwd });
    expect((await generate({ cwd, check: true })).stale).toEqual([]);
  });

  test("writes nothing when one of the documents is wrong", async () => {
    const cwd = folderWith(project({ "specs/invoice.json": "{" }));
    expect((await generatorErrorOf(() => generate({ cwd }))).code).toBe("ERR_DOCUMENT_UNREADABLE");
    expect(readdirSync(cwd)).not.toContain("generated");
  });

  test("reports the problems of all documents together", async () => {
    const cwd = folderWith(
      project({ "specs/catalog.json": documentOf({}), "specs/invoice.json": { openapi: "2.0" } }),
    );
    const error = await generatorErrorOf(() => generate({ cwd }));
    expect(error.diagnostics.map(({ file }) => file)).toEqual([
      join(cwd, "specs/catalog.json"),
      join(cwd, "specs/invoice.json"),
    ]);
  });

  test("reports what is wrong with other documents beside one that is not where the config says", async () => {
    const CatalogClient = { ...config.clients.CatalogClient, spec: "./specs/catalgo.json" };
    const cwd = folderWith(
      project({
        "openapi-m2m.config.json": { ...config, clients: { ...config.clients, CatalogClient } },
        "specs/invoice.json": { openapi: "2.0" },
      }),
    );
    const error = await generatorErrorOf(() => generate({ cwd }));
    expect(error).toMatchObject({
      code: "ERR_CONFIG_INVALID",
      diagnostics: [
        { file: join(cwd, "openapi-m2m.config.json"), pointer: "clients.CatalogClient.spec" },
        { file: join(cwd, "specs/invoice.json") },
      ],
    });
  });

  test("reports a document's problem once, however many clients are made of it", async () => {
    const { CatalogClient } = config.clients;
    const clients = { CatalogClient, CatalogAdmin: CatalogClient };
    const cwd = folderWith(
      project({ "openapi-m2m.config.json": { ...config, clients }, "specs/catalog.json": "{" }),
    );
    const error = await generatorErrorOf(() => generate({ cwd }));
    expect(error.diagnostics).toHaveLength(1);
  });

  test("reports the trusted servers of all documents together", async () => {
    const clients = Object.fromEntries(
      Object.entries(config.clients).map(([name, client]) => [name, { ...client, baseUrl: "document" }]),
    );
    const cwd = folderWith(project({ "openapi-m2m.config.json": { ...config, clients } }));
    const { diagnostics } = await generatorErrorOf(() => generate({ cwd }));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(2);
  });

  test("may make two clients of one document", async () => {
    const entry = config.clients.CatalogClient;
    const clients = { CatalogClient: entry, CatalogAdmin: { ...entry, tokenClient: "invoice.client" } };
    const cwd = folderWith(project({ "openapi-m2m.config.json": { ...config, clients } }));
    await generate({ cwd });
    expect(compileErrors(cwd, ["generated/index.ts"])).toEqual([]);
  });

  test("writes tables that are of their type, which compilers are told to take for granted", () => {
    const root = fileURLToPath(new URL("../../generated", import.meta.url));
    const sources = Object.entries(contentsOf(root));
    const checked = sources.map(([name, text]) => [name, text.replace("// @ts-nocheck\n", "")] as const);
    expect(checked.filter(([name, text]) => text !== contentsOf(root)[name])).toHaveLength(2);
    const folder = folderWith(Object.fromEntries(checked));
    expect(compileErrors(folder, ["index.ts"])).toEqual([]);
  });

  test("finds the clients of this repository up to date", async () => {
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    expect(await generate({ cwd, check: true })).toMatchObject({ stale: [], warnings: [] });
  });
});
