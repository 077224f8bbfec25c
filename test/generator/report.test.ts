import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { report } from "../../generator/src/report.ts";
import { documentOf, documentWith, generatorErrorOf } from "../support/documents.ts";
import { folderWith } from "../support/folder.ts";
import { guardedApis } from "../support/guarded-apis.ts";

describe("report", () => {
  test("reads a config and its documents, and writes nothing", async () => {
    const cwd = folderWith(guardedApis());
    const before = readdirSync(cwd);
    const { report: access, text } = await report({ cwd });
    expect(access.clients.map(({ name }) => name)).toEqual(["OrdersClient", "BillsClient", "ThingsClient"]);
    expect(text).toMatch(/^<!doctype html>/);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test("takes the config that it is given", async () => {
    const { "openapi-m2m.config.json": config, ...documents } = guardedApis();
    const cwd = folderWith({ ...documents, "other.json": config });
    const { report: access } = await report({ cwd, config: "other.json", format: "json" });
    expect(access.config).toBe("other.json");
    expect(existsSync(join(cwd, "generated"))).toBe(false);
  });

  test.each(["html", "markdown", "json"] as const)(
    "shows no query of a token endpoint, which may hold a key: %s",
    async (format) => {
      const files = guardedApis();
      const config = Object(files["openapi-m2m.config.json"]);
      config.tokenClients["things.client"].tokenEndpoint += "?sig=planted";
      const { report: access, text } = await report({ cwd: folderWith(files), format });
      const { tokenEndpoint } = access.tokenClients.find(({ name }) => name === "things.client") ?? {};
      expect(tokenEndpoint).toBe("https://login.example.org/token");
      expect(text).not.toContain("planted");
    },
  );

  test("warns of what generating warns of", async () => {
    const { warnings } = await report({ cwd: folderWith(guardedApis()), format: "json" });
    expect(warnings.map(({ pointer }) => pointer)).toContain('tokenClients["orders.client"].scope');
  });

  test("fails with the problems of all documents, as generating does", async () => {
    const broken = documentWith({}, { openapi: "4.0.0" });
    const files = { ...guardedApis(), "bills.json": broken, "things.json": documentOf({}) };
    const { diagnostics } = await generatorErrorOf(() => report({ cwd: folderWith(files) }));
    expect(diagnostics.map(({ file }) => file.split("/").at(-1))).toEqual(["bills.json", "things.json"]);
  });

  test("knows just the operations that are generated", async () => {
    const files = guardedApis();
    const config = Object(files["openapi-m2m.config.json"]);
    config.clients.OrdersClient.exclude = { deprecated: true };
    const { report: access } = await report({ cwd: folderWith(files), format: "json" });
    expect(access.findings.map(({ kind }) => kind)).not.toContain("deprecated");
    expect(access.clients[0]?.operations).toHaveLength(9);
  });

  test("is of this repository's own documents, too", async () => {
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    const { report: access, warnings } = await report({ cwd, format: "markdown" });
    expect(warnings).toEqual([]);
    expect(access.findings.filter(({ level }) => level === "warning")).toEqual([]);
  });
});
