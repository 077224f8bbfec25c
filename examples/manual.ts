// The token by hand, for a library that wants one as a string. What the other examples get for free is
// visible here: a token that the API rejects (it was revoked) has to be renewed and the call sent again.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET
import { type AccessToken, clientSecretBasic, createTokenManager } from "@openapi-m2m/runtime";
import { request } from "undici";
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

async function getCategories(token: AccessToken) {
  const authorization = `${token.tokenType} ${token.value}`;
  return request(new URL("categories", env.CATALOG_URL), { headers: { authorization } });
}

await untilStopped(async () => {
  let response = await getCategories(await tokens.getAccessToken("catalog.client"));
  if (response.statusCode === 401) {
    await response.body.dump();
    response = await getCategories(await tokens.getAccessToken("catalog.client", { forceRenewal: true }));
  }
  if (response.statusCode !== 200) throw new Error(`The catalog answered ${response.statusCode}`);
  console.log("categories:", await response.body.text());
});
await tokens.close();
