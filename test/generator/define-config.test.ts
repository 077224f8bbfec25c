import { describe, expect, test } from "vitest";
import { defineConfig } from "../../generator/src/define-config.ts";

const tokenClients = { "catalog.client": { issuer: "https://login.example.com" } };

describe("defineConfig", () => {
  test("returns the mapping as it was given", () => {
    const config = { output: "./generated", tokenClients, clients: {} };
    expect(defineConfig(config)).toBe(config);
  });

  test("does not compile for a client of a token client that is not declared", () => {
    defineConfig({
      output: "./generated",
      tokenClients,
      // @ts-expect-error: "catalog.clinet" is not among the token clients
      clients: { CatalogClient: { spec: "catalog.yaml", tokenClient: "catalog.clinet" } },
    });
  });

  test("takes a token client for each security scheme, of those that are declared", () => {
    const spec = "catalog.yaml";
    defineConfig({
      output: "./generated",
      tokenClients,
      clients: { CatalogClient: { spec, tokenClient: { machine: "catalog.client" }, scopes: "operation" } },
    });
    defineConfig({
      output: "./generated",
      tokenClients,
      // @ts-expect-error: "catalog.clinet" is not among the token clients
      clients: { CatalogClient: { spec, tokenClient: { machine: "catalog.clinet" } } },
    });
  });

  test("does not compile for a secret", () => {
    defineConfig({
      output: "./generated",
      // @ts-expect-error: the mapping has no place for secrets
      tokenClients: { "catalog.client": { issuer: "https://login.example.com", clientSecret: "hunter2" } },
      clients: {},
    });
  });
});
