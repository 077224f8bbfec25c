import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "../../examples/demo/api-server.ts";
import {
  type AuthorizationServer,
  demoClients,
  startAuthorizationServer,
} from "../../examples/demo/authorization-server.ts";
import { startCatalogApi } from "../../examples/demo/catalog-api.ts";
import { startInvoiceApi } from "../../examples/demo/invoice-api.ts";

let authorizationServer: AuthorizationServer;
let catalog: ApiServer;
let invoices: ApiServer;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  authorizationServer = await startAuthorizationServer({ tokenLifetimeSeconds: 60 });
  catalog = await startCatalogApi({ ...authorizationServer, audience: "urn:catalog" });
  invoices = await startInvoiceApi({ ...authorizationServer, audience: "urn:invoices" });
  const [catalogClient, invoiceClient] = demoClients;
  environment = {
    ...process.env,
    INTERVAL_MS: "0",
    TOKEN_ENDPOINT: authorizationServer.tokenEndpoint,
    CATALOG_URL: catalog.baseUrl,
    CATALOG_CLIENT_ID: catalogClient?.clientId,
    CATALOG_CLIENT_SECRET: catalogClient?.clientSecret,
    INVOICE_URL: invoices.baseUrl,
    INVOICE_CLIENT_ID: invoiceClient?.clientId,
    INVOICE_CLIENT_SECRET: invoiceClient?.clientSecret,
  };
});

afterAll(() => Promise.all([authorizationServer.close(), catalog.close(), invoices.close()]));

/** Runs a worker until it has told of some rounds, then sends SIGTERM. */
async function runUntilSigterm(file: string): Promise<{ exitCode: number | null; lines: string[] }> {
  const worker = spawn(process.execPath, [file], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(worker, "close");
  let output = "";
  await new Promise<void>((resolve) => {
    worker.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (countLines(output) >= 10) resolve();
    });
    worker.once("close", () => resolve());
  });
  worker.kill("SIGTERM");
  await exit;
  return { exitCode: (worker as ChildProcess).exitCode, lines: output.trimEnd().split("\n") };
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

describe("each worker", () => {
  test.each([
    { worker: "manual", linesPerRound: 1, callsPerRound: 1 },
    { worker: "named-http-client", linesPerRound: 1, callsPerRound: 1 },
    { worker: "typed-client", linesPerRound: 2, callsPerRound: 5 },
    { worker: "per-request", linesPerRound: 1, callsPerRound: 3 },
    { worker: "interceptor", linesPerRound: 1, callsPerRound: 1 },
    { worker: "openapi-fetch", linesPerRound: 1, callsPerRound: 1 },
  ])("$worker finishes its round on SIGTERM, then ends with exit code 0", async (given) => {
    const before = catalog.calls.length + invoices.calls.length;

    const { exitCode, lines } = await runUntilSigterm(`examples/${given.worker}.ts`);

    expect(exitCode).toBe(0);
    const calls = catalog.calls.length + invoices.calls.length - before;
    expect(calls / given.callsPerRound).toBe(lines.length / given.linesPerRound);
  });

  test("says which variables are missing", async () => {
    const worker = promisify(execFile)(process.execPath, ["examples/manual.ts"], { env: {} });
    await expect(worker).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "Set TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET",
      ),
    });
  });

  test("runs compiled to JavaScript as well", async () => {
    await mkdir("dist", { recursive: true });
    const project = await mkdtemp("dist/examples-");
    try {
      await compile(project, "examples/typed-client.ts");
      const { exitCode } = await runUntilSigterm(join(project, "out/examples/typed-client.js"));
      expect(exitCode).toBe(0);
    } finally {
      await rm(project, { recursive: true });
    }
  }, 60_000);
});

/** As a user's build does, with this repository's options. */
async function compile(project: string, file: string): Promise<void> {
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      outDir: "./out",
      rootDir: "../..",
    },
    files: [`../../${file}`],
    include: [],
    references: [],
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
  await promisify(execFile)(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project]).catch(
    ({ stdout }) => expect.fail(String(stdout)),
  );
}
