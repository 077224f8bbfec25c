// The same GET with a query as the users of other libraries make it, each with the token that its library keeps.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { byHand } from "./by-hand.mjs";
import { ours } from "./ours.mjs";

// Each library is loaded by its own process alone.

const QUERY = "/v1/items?limit=10";

async function requestToken(url) {
  const response = await fetch(`${url}/token`, { method: "POST", body: "grant_type=client_credentials" });
  return await response.json();
}

/** What most people write once their first token has expired. */
function keepToken(url) {
  let token;
  let expiresAt = 0;
  return async () => {
    if (Date.now() > expiresAt - 60_000) {
      const answer = await requestToken(url);
      token = answer.access_token;
      expiresAt = Date.now() + answer.expires_in * 1000;
    }
    return token;
  };
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Generates an SDK as its users do, beside our client; returns its directory. */
function generateHeyApi(client) {
  const path = fileURLToPath(new URL("./hey-api", client));
  const config = {
    input: here("./items.yaml"),
    output: { path, importFileExtension: ".ts" },
    logs: { file: false },
  };
  writeFileSync(`${path}.json`, JSON.stringify(config));
  const cli = here("../node_modules/@hey-api/openapi-ts/bin/run.js");
  execFileSync(process.execPath, [cli, "-f", `${path}.json`, "--silent"]);
  return path;
}

export const peers = {
  "openapi-m2m": ours.get,
  "openapi-m2m, its interceptor": ours.interceptor,
  "openapi-m2m, its fetch": ours.fetch,
  "openapi-m2m, its paths": ours.paths,

  "undici-oidc-interceptor, undici 7": async ({ url, connections }) => {
    const require = createRequire(import.meta.url);
    const { createOidcInterceptor } = require("undici-oidc-interceptor");
    // It is for undici 7, which it brings.
    const { Agent, request } = createRequire(require.resolve("undici-oidc-interceptor"))("undici");
    const options = { idpTokenUrl: `${url}/token`, clientId: "bench", clientSecret: "secret" };
    const interceptor = createOidcInterceptor({ ...options, retryOnStatusCodes: [401], urls: [url] });
    const dispatcher = new Agent({ connections }).compose(interceptor);
    return async () => (await (await request(`${url}${QUERY}`, { dispatcher })).body.json()).items.length;
  },

  "undici.fetch, by hand": byHand.fetch,

  "@hey-api/openapi-ts": async ({ url, client: ourClient }) => {
    const directory = generateHeyApi(ourClient);
    const { listItems } = await import(`${directory}/index.ts`);
    const { client } = await import(`${directory}/client.gen.ts`);
    client.setConfig({ baseUrl: url, auth: keepToken(url) });
    return async () => (await listItems({ query: { limit: 10 } })).data.items.length;
  },

  "@badgateway/oauth2-client": async ({ url }) => {
    const { OAuth2Client, OAuth2Fetch } = await import("@badgateway/oauth2-client");
    const options = { server: url, tokenEndpoint: `${url}/token`, clientId: "bench", clientSecret: "secret" };
    const client = new OAuth2Client(options);
    const getNewToken = () => client.clientCredentials();
    const wrapper = new OAuth2Fetch({ client, getNewToken, scheduleRefresh: false });
    return async () => (await (await wrapper.fetch(`${url}${QUERY}`)).json()).items.length;
  },

  "openid-client": async ({ url }) => {
    const openid = await import("openid-client");
    const server = { issuer: url, token_endpoint: `${url}/token` };
    const configuration = new openid.Configuration(server, "bench", "secret");
    openid.allowInsecureRequests(configuration);
    const { access_token: token } = await openid.clientCredentialsGrant(configuration);
    const target = new URL(`${url}${QUERY}`);
    return async () => {
      const response = await openid.fetchProtectedResource(configuration, token, target, "GET");
      return (await response.json()).items.length;
    };
  },

  "openapi-fetch, token by middleware": async ({ url }) => {
    const { default: createClient } = await import("openapi-fetch");
    const token = keepToken(url);
    const client = createClient({ baseUrl: url });
    client.use({
      async onRequest({ request }) {
        request.headers.set("authorization", `Bearer ${await token()}`);
        return request;
      },
    });
    const options = { params: { query: { limit: 10 } } };
    return async () => (await client.GET("/v1/items", options)).data.items.length;
  },

  "ky, token by hook": async ({ url }) => {
    const { default: ky } = await import("ky");
    const token = keepToken(url);
    const addToken = async (request) => request.headers.set("authorization", `Bearer ${await token()}`);
    const client = ky.create({ hooks: { beforeRequest: [addToken] } });
    const options = { searchParams: { limit: 10 } };
    return async () => (await client.get(`${url}/v1/items`, options).json()).items.length;
  },

  "axios, token by interceptor": async ({ url, connections }) => {
    const { default: axios } = await import("axios");
    const token = keepToken(url);
    const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: connections });
    const client = axios.create({ baseURL: url, httpAgent });
    client.interceptors.request.use(async (config) => {
      config.headers.Authorization = `Bearer ${await token()}`;
      return config;
    });
    return async () => (await client.get("/v1/items", { params: { limit: 10 } })).data.items.length;
  },
};
