import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../../../generator/src/generate.ts";
import { documentOf, documentWith, generatorErrorOf, okResponses } from "../../support/documents.ts";
import { folderWith } from "../../support/folder.ts";

/** So large that a thread of its own pays; nothing is made of it. */
const padding = { "x-padding": "x".repeat(2_000_000) };

/** Of a server of its own it is told that the constructor has to allow it. */
const servers = [{ url: "https://b.example" }];
const operation = { ...okResponses, servers, security: [{ machine: ["read"] }] };
const flows = { clientCredentials: { tokenUrl: "https://login.example.com", scopes: { read: "" } } };
const components = { securitySchemes: { machine: { type: "oauth2", flows } } };
const paths = { "/a": { get: operation } };

const names = ["a", "b", "c"];
const clients = Object.fromEntries(
  names.map((name) => [`${name.toUpperCase()}Client`, { spec: `./${name}.json`, tokenClient: "x.client" }]),
);
const config = (scope: string) => ({
  output: "./generated",
  tokenClients: { "x.client": { issuer: "https://login.example.com", scope } },
  clients,
});

function project(rest: Record<string, unknown>, scope = "read write"): string {
  const documents = names.map((name) => [`${name}.json`, documentOf(paths, { components, ...rest })]);
  return folderWith({ "openapi-m2m.config.json": config(scope), ...Object.fromEntries(documents) });
}

async function generated(cwd: string) {
  const { warnings } = await generate({ cwd });
  const root = join(cwd, "generated");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return {
    files: Object.fromEntries(files.toSorted().map((name) => [name, readFileSync(join(root, name), "utf8")])),
    warnings: warnings.map(({ file, message }) => [file.slice(cwd.length + 1), message]),
  };
}

describe("documents on several threads", () => {
  test("become what they become on one, with the same warnings in the same order", {
    timeout: 60_000,
  }, async () => {
    const several = await generated(project(padding));
    expect(several).toEqual(await generated(project({})));
    expect(several.warnings.map(([file]) => file)).toEqual([
      ...names.map((name) => `${name}.json`),
      "openapi-m2m.config.json",
    ]);
  });

  test("are compared with their token client together", { timeout: 60_000 }, async () => {
    const cwd = project(padding, "write");
    const error = await generatorErrorOf(() => generate({ cwd }));
    expect(error.code).toBe("ERR_MAPPING_SCOPE");
    expect(error.diagnostics.map(({ message }) => message)).toEqual([
      `lacks read, needed by GET /a (${join(cwd, "a.json")}:1), GET /a, GET /a`,
    ]);
  });

  test("have their problems told together, in the order of the config", { timeout: 60_000 }, async () => {
    const cwd = folderWith({
      "openapi-m2m.config.json": config("read"),
      "a.json": { openapi: "2.0", ...padding },
      "b.json": documentWith(okResponses, padding),
      "c.json": documentOf({}, padding),
    });
    const error = await generatorErrorOf(() => generate({ cwd }));
    expect(error.diagnostics.map(({ file }) => file)).toEqual([join(cwd, "a.json"), join(cwd, "c.json")]);
  });
});
