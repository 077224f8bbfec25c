import { expect, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import { compileErrors } from "../support/compile.ts";
import { documentOf } from "../support/documents.ts";
import { createProject, runNode } from "../support/scratch-project.ts";

const json = (schema: object) => ({ "application/json": { schema } });
const item = { type: "object", required: ["id"], properties: { id: { type: "string" } } };
const problem = { type: "object", required: ["title"], properties: { title: { type: "string" } } };

const document = documentOf(
  {
    "/health": { get: { operationId: "getHealth", responses: { 204: { description: "" } } } },
    "/orders/{id}": {
      get: {
        tags: ["Orders"],
        operationId: "orders/get",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: {
          "2XX": { description: "", content: { ...json(item), "text/csv": { schema: { type: "string" } } } },
          "4XX": { description: "", content: json(problem) },
        },
      },
    },
    "/paths": {
      get: { tags: ["Orders"], operationId: "orders/paths", responses: { 204: { description: "" } } },
    },
  },
  {
    components: {
      securitySchemes: {
        oauth: {
          type: "oauth2",
          flows: { clientCredentials: { tokenUrl: "https://a.example/", scopes: {} } },
        },
      },
    },
    security: [{ oauth: [] }],
  },
);

/** What prints what came of each call, and two mistakes that do not compile. */
const USE = `
import { ApiMockAgent, staticTokens } from "@openapi-m2m/runtime/testing";
import { ShopClient } from "./generated/index.ts";

const agent = new ApiMockAgent();
const mockShop = agent.mockClient(ShopClient);
const tokens = staticTokens({ "shop.client": "a-token" }, { dispatcher: agent });
const shop = new ShopClient({ tokens, baseUrl: "https://shop.example/" });

mockShop.getHealth.reply(204);
mockShop.orders.get.reply(201, { id: "1" });
mockShop.orders.get.when({ path: { id: "2" } }).reply(409, { title: "Conflict" });
mockShop.orders.get.when({ accept: "text/csv" }).reply(200, "a,b");
mockShop.orders.paths_.reply(204);

const results = [
  await shop.getHealth(),
  await shop.orders.get({ path: { id: "1" } }),
  await shop.orders.get({ path: { id: "2" } }),
  await shop.orders.get({ path: { id: "3" }, accept: "text/csv" }),
  await shop.orders.paths_(),
];
console.log(JSON.stringify(results.map((result) => [result.status, result.ok ? result.data : result.error])));
agent.assertNoPendingInterceptors();
await shop.orders.get({ path: { id: "4" } }).catch((error: Error) => console.log(error.message.slice(0, 80)));

// @ts-expect-error: no such body
mockShop.orders.get.reply(404, { id: "1" });
// @ts-expect-error: no such status
mockShop.orders.get.reply(500);
`;

test("the client of a document with groups is mocked by its class alone", async () => {
  const folder = createProject({
    "shop.json": document,
    "openapi-m2m.config.json": {
      output: "./generated",
      importExtension: "ts",
      tokenClients: { "shop.client": { issuer: "https://login.example.com" } },
      clients: { ShopClient: { spec: "./shop.json", tokenClient: "shop.client", group: "tag" } },
    },
    "use.ts": USE,
  });
  await generate({ cwd: folder });
  expect(compileErrors(folder, ["use.ts"])).toEqual([]);
  const [results, refused] = (await runNode(folder, "use.ts")).split("\n");
  expect(JSON.parse(results ?? "")).toEqual([
    [204, null],
    ["2XX", { id: "1" }],
    ["4XX", { title: "Conflict" }],
    ["2XX", "a,b"],
    [204, null],
  ]);
  expect(refused).toBe(
    "GET /orders/{id} was called, and no mock answers it: of orders.get, the reply 201 was given ".slice(
      0,
      80,
    ),
  );
});
