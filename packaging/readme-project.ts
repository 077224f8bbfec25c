import { readFileSync } from "node:fs";
import type { DemoServers } from "../test/support/demo-servers.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The files that README.md has a newcomer write, with servers of the test in place of the company's. */
export function readmeProject({ tokenEndpoint, catalog, invoices }: DemoServers): Record<string, string> {
  const replacements: readonly [of: string, by: string][] = [
    ["https://login.company.com/connect/token", tokenEndpoint],
    ["https://login.company.com", new URL(tokenEndpoint).origin],
    ["https://apis.company.com/catalog/", catalog.baseUrl],
    ["https://apis.company.com/invoice/", invoices.baseUrl],
    // This server grants no scope that is not asked for.
    [
      'resource: "urn:invoices"',
      'scope: "invoice:read invoice:write invoice:send", resource: "urn:invoices"',
    ],
  ];
  const replace = (text: string) =>
    replacements.reduce((before, [of, by]) => before.replaceAll(of, by), text);
  return {
    "package.json": '{ "private": true, "type": "module" }',
    "tsconfig.json": blockWith("json", '"compilerOptions"'),
    "openapi-m2m.config.ts": replace(blockWith("ts", "export default defineConfig(")),
    "worker.ts": replace(blockWith("ts", 'from "./generated/index.ts"')),
    "specs/catalog.yaml": read("specs/catalog.yaml"),
    "specs/invoice.yaml": read("specs/invoice.yaml"),
  };
}

/** The first block of README.md in a language that has a text. */
function blockWith(language: string, text: string): string {
  const blocks = read("README.md").matchAll(/^```(\w+)\n(.*?)^```$/gms);
  const found = [...blocks].find(([, name, code = ""]) => name === language && code.includes(text));
  if (found?.[2] === undefined) throw new Error(`README.md has no ${language} with ${text}`);
  return found[2];
}
