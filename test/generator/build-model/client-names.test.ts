import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../../../generator/src/generate.ts";
import { IMPORTED_NAMES } from "../../../generator/src/names.ts";
import { compileErrors } from "../../support/compile.ts";
import { documentOf } from "../../support/documents.ts";
import { folderWith } from "../../support/folder.ts";

/** What the files of a client called `CatalogClient` have besides the document's own types. */
const OWN_NAMES = [
  ...["CatalogClient", "CatalogMethods", "CatalogClientOptions", "CatalogScope", "CatalogOrdersGroup"],
  ...["catalogOperations", "CatalogOperations", "tokenClients", "TokenClientName", "Bound"],
  ...["GetItemInput", "GetItemResult", "GetItemStreamed", "OrdersListInput", "OrdersListResult"],
];

const schemaOf = (name: string) => ({
  type: "object",
  required: ["is"],
  properties: { is: { const: name } },
});

/** An operation that answers with a text or with such a schema, and takes a key. */
const operation = (operationId: string, schema: string, tags: string[] = []) => ({
  operationId,
  tags,
  security: [{ key: [] }],
  responses: {
    200: { description: "", content: { "text/plain": {} } },
    404: {
      description: "",
      content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
  },
});

async function generated(className: string, schemas: readonly string[], paths: Record<string, unknown>) {
  const document = documentOf(paths, {
    servers: [{ url: "https://{tenant}.example.com", variables: { tenant: { default: "a" } } }],
    components: {
      schemas: {
        ...Object.fromEntries(schemas.map((name) => [name, schemaOf(name)])),
        Status: { enum: ["on", "off"] },
      },
      securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } },
    },
  });
  const client = { spec: "a.json", tokenClient: "a", group: "tag", baseUrl: "document" };
  const cwd = folderWith({
    "openapi-m2m.config.json": {
      output: "generated",
      tokenClients: { a: { issuer: "https://login.example.com" } },
      clients: { [className]: client },
    },
    "a.json": document,
  });
  await generate({ cwd });
  return cwd;
}

describe("a name that a client takes", () => {
  test("is never a schema's, nor is that of a constant beside the class", async () => {
    const names = [...new Set([...IMPORTED_NAMES, ...OWN_NAMES, "statusValues"])];
    const paths = {
      "/item": { get: operation("getItem", "GetItemResult") },
      "/orders": { get: operation("orders_list", "CatalogMethods", ["orders"]) },
    };
    const cwd = await generated("CatalogClient", names, paths);
    expect(compileErrors(cwd, ["generated/index.ts", "generated/catalog/index.ts"])).toEqual([]);
    const types = readFileSync(join(cwd, "generated/catalog/schema.d.ts"), "utf8");
    for (const name of names) {
      expect(types).toContain(`is: ${JSON.stringify(name)};`);
      const isFree = ["statusValues", "tokenClients", "TokenClientName", "Bound"].includes(name);
      expect(types).toContain(`\nexport type ${isFree ? name : `${name}Schema`} = {`);
    }
    const client = readFileSync(join(cwd, "generated/catalog/client.ts"), "utf8");
    expect(client).toContain("export const statusValues2 = ");
  });

  test.each([
    ["Call", "calls"],
    ["PublicCall", "calls"],
    ["Api", "api"],
    ["Client", "client"],
    ["GetItemInput", "calls"],
  ])("is none that it imports, for a class called %s with the tag %s", async (className, tag) => {
    const paths = {
      "/item": { get: operation("getItem", "Item"), put: operation("put", "Item", [tag]) },
    };
    const cwd = await generated(className, ["Item"], paths);
    expect(compileErrors(cwd, ["generated/index.ts"])).toEqual([]);
  });
});
