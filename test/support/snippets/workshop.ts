import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { addFiles } from "../folder.ts";
import { namedSnippets } from "../named-snippets.ts";
import { fileNameOf, PAGES, type Snippet } from "../snippets.ts";
import { startCompany } from "./company.ts";

/** A folder with all snippets as files, and what they need to be compiled and run. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
  /** Requests that were not answered as the pages say. */
  readonly failures: readonly string[];
  /** Runs a snippet as its user would: a config by generating, a test by its runner, all else as a program. */
  run(snippet: Snippet): Promise<void>;
  /** The command line, as it was built. @returns the standard output */
  openapiM2m(...args: string[]): Promise<string>;
}

/** What the pages take from the environment: clients of the demo's authorization server, and a Redis. */
const ENVIRONMENT = {
  CATALOG_CLIENT_ID: "catalog-worker",
  CATALOG_CLIENT_SECRET: "catalog secret: + & %",
  INVOICE_CLIENT_ID: "invoice-worker",
  INVOICE_CLIENT_SECRET: "invoice secret: + & %",
  REDIS_URL: "redis://10.0.0.1",
  TOKEN_STORE_KEY: Buffer.alloc(32, 1).toString("base64"),
  ORDERS_API_KEY: "an API key",
};

/** Gives `OrdersClient`, with the token clients that `generated/` has. */
const ORDERS_CONFIG = {
  output: "..",
  tokenClients: {
    "catalog.client": { issuer: "https://login.company.com" },
    "invoice.client": { issuer: "https://login.company.com" },
  },
  clients: {
    OrdersClient: {
      spec: "./specs/orders.yaml",
      tokenClient: { machine: "catalog.client", partnerToken: "invoice.client" },
      baseUrl: "document",
    },
  },
};

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const HOSTS = root("test/support/snippets/hosts.ts");
const CLI = root("generator/dist/cli.js");

export async function startWorkshop(snippets: readonly Snippet[]): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-snippets-"));
  addFiles(folder, {
    ...Object.assign({}, ...PAGES.map(namedSnippets)),
    ...Object.fromEntries(snippets.map((snippet) => [fileNameOf(snippet), `${snippet.text}export {};\n`])),
    "package.json": { type: "module" },
    "scan.pdf": "%PDF",
  });
  symlinkSync(root("node_modules"), join(folder, "node_modules"));
  for (const name of ["generated", "specs"]) cpSync(root(name), join(folder, name), { recursive: true });
  for (const name of ["prelude.ts", "values.ts"])
    cpSync(root(`test/support/snippets/${name}`), join(folder, name));
  const company = await startCompany(folder);
  const env = { ...environment(), ...ENVIRONMENT, ...company.environment };

  async function node(cwd: string, ...args: string[]): Promise<string> {
    const running = promisify(execFile)(process.execPath, ["--import", HOSTS, ...args], { cwd, env });
    const { stdout } = await running.catch(({ stdout, stderr }) => {
      throw new Error(placeOf(snippets, `${stdout}${stderr}`));
    });
    return stdout;
  }

  async function generate(config: string, content: unknown): Promise<void> {
    const project = createProject(folder, config, content);
    await node(project, CLI, "generate", "--config", config);
  }

  await generate("orders.json", ORDERS_CONFIG);
  return {
    folder,
    failures: company.failures,
    openapiM2m: (...args) => node(folder, CLI, ...args),
    async run(snippet) {
      const file = fileNameOf(snippet);
      const { text } = snippet;
      if (text.includes("export default defineConfig")) await generate(file, text);
      else if (text.includes('from "vitest"')) await node(folder, ...vitest(folder, snippet));
      else if (text.includes('from "node:test"')) await node(folder, "--import", "./prelude.ts", file);
      else await node(folder, root("test/support/snippets/run.ts"), folder, file);
    },
    async [Symbol.asyncDispose]() {
      await company[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** This process's, without what would lead connections or colours elsewhere. */
function environment(): NodeJS.ProcessEnv {
  const left = /^(NODE_OPTIONS|NODE_TEST_CONTEXT|(https?|no)_proxy|VITEST.*|FORCE_COLOR)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !left.test(name)));
}

/** A folder with the documents that the pages' configs speak of. */
function createProject(folder: string, config: string, content: unknown): string {
  const project = mkdtempSync(join(folder, "project-"));
  cpSync(root("specs"), join(project, "specs"), { recursive: true });
  cpSync(root("specs/catalog.yaml"), join(project, "specs/catalog/api.yaml"));
  for (const name of ["orders.yaml", "shop.yaml"])
    cpSync(root(`test/support/snippets/${name}`), join(project, "specs", name));
  addFiles(project, { [config]: content });
  return project;
}

/** A test file is found by its name. */
function vitest(folder: string, snippet: Snippet): string[] {
  const name = fileNameOf(snippet).replace(/\.ts$/, ".test.ts");
  writeFileSync(join(folder, name), snippet.text);
  return [root("node_modules/vitest/vitest.mjs"), "run", "--root", folder, name];
}

/** Says page and line where a text says file and line. */
function placeOf(snippets: readonly Snippet[], text: string): string {
  return snippets.reduce((said, snippet) => {
    const place = new RegExp(
      `[^\\s(]*${fileNameOf(snippet).replace(/\.ts$/, "")}(?:\\.test)?\\.ts:(\\d+)`,
      "g",
    );
    return said.replace(place, (_, line) => `${snippet.page}:${snippet.line + Number(line) - 1}`);
  }, text);
}
