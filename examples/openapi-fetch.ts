// openapi-fetch, for code that uses it already: tokens.fetch is the `fetch` that it takes.
// (A generated client is one too: `catalog.paths.GET("/items/{id}", ...)`.)
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET
import { clientSecretBasic, createTokenManager } from "@openapi-m2m/runtime";
import createClient from "openapi-fetch";
import type { paths } from "../generated/catalog/schema.d.ts";
import { readEnvironment } from "./environment.ts";
import { untilStopped } from "./until-stopped.ts";

const env = readEnvironment("TOKEN_ENDPOINT", "CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET");

const tokens = createTokenManager({
  clients: {
    "catalog.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
      scope: "catalog:read",
    },
  },
});
const catalog = createClient<paths>({
  baseUrl: env.CATALOG_URL,
  fetch: tokens.fetch("catalog.client", { baseUrl: env.CATALOG_URL }),
});

await untilStopped(async () => {
  const { data, error } = await catalog.GET("/items/{id}", { params: { path: { id: "42" } } });
  if (error) throw new Error(error.title);
  console.log(`item ${data.id}: ${data.name}`);
});
await tokens.close();
