import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "../generator/src/load-config/config-schema.ts";
import { configJsonSchema } from "../scripts/config-reference/json-schema.ts";
import { withTables } from "../scripts/config-reference/tables.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const published = read("generator/config.schema.json");
const accepts = new Ajv({ strictTypes: false }).compile(JSON.parse(published));

const tokenClients = { machine: { issuer: "https://login.company.com", scope: ["read", "write"] } };
const client = { spec: "orders.yaml", tokenClient: "machine" };
const config = { output: "generated", tokenClients, clients: { OrdersClient: client } };

const withClient = (changes: object) => ({ ...config, clients: { OrdersClient: { ...client, ...changes } } });
const withTokenClient = (machine: object) => ({ ...config, tokenClients: { machine } });

describe("generator/config.schema.json", () => {
  test("is what the config's schema says now: npm run config-reference", () => {
    expect(published).toBe(configJsonSchema(configSchema));
  });

  test("says what every key is for, without links", () => {
    const descriptions = published.match(/"description": .*/g) ?? [];
    expect(descriptions.length).toBeGreaterThan(25);
    expect(descriptions.filter((description) => description.includes(".md"))).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["as few keys as can be", config],
    ["a schema of its own", { $schema: "./node_modules/openapi-m2m/config.schema.json", ...config }],
    ["token clients by security scheme", withClient({ tokenClient: { oauth: "machine" } })],
    ["a filter", withClient({ include: { tags: ["orders"] }, exclude: { deprecated: true } })],
    ["hosts", { ...config, remoteHosts: ["specs.company.com"] }],
    ["a config of this repository", JSON.parse(read("test/types/schemas/openapi-m2m.config.json"))],
  ])("accepts what the generator accepts: %s", (_name, valid) => {
    expect(v.is(configSchema, valid)).toBe(true);
    accepts(valid);
    expect(accepts.errors ?? []).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["a misspelt key", { ...config, outputs: "generated" }],
    ["a missing key", { output: "generated", tokenClients }],
    ["a token client that is nowhere", withTokenClient({ scope: "read" })],
    ["a secret", withTokenClient({ ...tokenClients.machine, clientSecret: "s3cret" })],
    ["no client", { ...config, clients: {} }],
    ["a class that is called otherwise", { ...config, clients: { orders: client } }],
    ["no security scheme", withClient({ tokenClient: {} })],
    ["a list of token clients", withClient({ tokenClient: ["machine"] })],
    ["a value that there is not", withClient({ scopes: "all" })],
    ["a filter by nothing that there is", withClient({ include: { tag: ["orders"] } })],
  ])("marks in editors what the generator refuses: %s", (_name, invalid) => {
    expect(v.is(configSchema, invalid)).toBe(false);
    expect(accepts(invalid)).toBe(false);
  });
});

describe("docs/config.md", () => {
  const page = read("docs/config.md");

  test("has the tables that the config's schema makes now: npm run config-reference", () => {
    expect(page).toBe(withTables(page, configSchema));
  });

  test("has no tables but those of parts that there are", () => {
    const other = "<!-- keys of a planet -->\n<!-- end -->";
    expect(() => withTables(other, configSchema)).toThrow('"a planet" has no keys; expected one of a config');
  });

  test("names for editors the file that the package has", () => {
    const line = /^# yaml-language-server.*$/m.exec(page)?.[0] ?? "";
    const { exports, files } = JSON.parse(read("generator/package.json"));
    expect(line).toContain("=./node_modules/openapi-m2m/config.schema.json");
    expect(page).toContain('"$schema": "./node_modules/openapi-m2m/config.schema.json"');
    expect(files).toContain("config.schema.json");
    expect(exports["./config.schema.json"]).toBe("./config.schema.json");
    expect(parse(line)).toBe(null);
  });
});
