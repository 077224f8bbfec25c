// Per-request overrides: each call asks for no more than it needs, with one cached token per scope. After
// SIGHUP (this client's permissions were changed) the next write does not settle for a token from before.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET
import { clientSecretBasic, createTokenManager, unwrap } from "@openapi-m2m/runtime";
import { CatalogClient, tokenClients } from "../generated/index.ts";
import { readEnvironment } from "./environment.ts";
import { untilStopped } from "./until-stopped.ts";

const env = readEnvironment("TOKEN_ENDPOINT", "CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET");

const tokens = createTokenManager({
  clients: tokenClients({
    "catalog.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
    },
  }),
});
const catalog = new CatalogClient({ tokens, baseUrl: env.CATALOG_URL });

let forceRenewal = false;
process.on("SIGHUP", () => {
  forceRenewal = true;
});

await untilStopped(async () => {
  const token = { scope: "catalog:write", forceRenewal } as const;
  forceRenewal = false;
  const item = unwrap(await catalog.createItem({ body: { name: "Widget" }, token }));

  const read = unwrap(await catalog.getItem({ path: { id: item.id }, token: { scope: "catalog:read" } }));
  console.log(`item ${read.id}: ${read.name}, ${read.status}`);

  unwrap(await catalog.deleteItem({ path: { id: item.id }, token: { scope: "catalog:write" } }));
});
await tokens.close();
