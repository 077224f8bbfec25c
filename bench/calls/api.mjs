import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Starts the API and its token endpoint on loopback, in a process of its own so that its work is not measured, and
 * generates a client for it, as users do. Both are there until this process ends.
 *
 * @returns where the API is, and the file to import the client from
 */
export async function openApi() {
  const server = fork(here("./server.mjs"), { execArgv: [] });
  const [{ url }] = await once(server, "message");
  server.unref();
  server.channel.unref();
  const folder = mkdtempSync(here("../work-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const config = {
    output: "./generated",
    tokenClients: { "items.client": { tokenEndpoint: "https://login.example.com/token" } },
    clients: { ItemsClient: { spec: here("./items.yaml"), tokenClient: "items.client" } },
  };
  writeFileSync(join(folder, "openapi-m2m.config.json"), JSON.stringify(config));
  execFileSync(process.execPath, [here("../../generator/dist/cli.js"), "generate"], { cwd: folder });
  return { url, client: pathToFileURL(join(folder, "generated/index.ts")).href };
}
