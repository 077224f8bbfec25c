// The calls as a careful engineer writes them on undici: the token is had once, the dispatcher is shared.
import { generateKeyPairSync, sign } from "node:crypto";
import createClient from "openapi-fetch";
import * as undici from "undici";
import { newItem, upload } from "./payloads.mjs";

const { interceptors, request } = undici;

/** @param compose - interceptors between the calls and the connections */
async function openByHand({ url, connections }, { Agent, fetch: undiciFetch } = undici, ...compose) {
  const agent = new Agent({ connections });
  const dispatcher = compose.length === 0 ? agent : agent.compose(compose);
  const response = await undiciFetch(`${url}/token`, {
    method: "POST",
    body: "grant_type=client_credentials",
  });
  const { access_token: token } = await response.json();
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  return { url, dispatcher, headers };
}

/** Calls on a given copy of undici. */
export const byHandOn = (copy) => ({
  async get(api) {
    const { url, dispatcher, headers } = await openByHand(api, copy);
    return async () => {
      const { body } = await copy.request(`${url}/v1/items?limit=10`, { dispatcher, headers });
      return (await body.json()).items.length;
    };
  },

  async fetch(api) {
    const { url, dispatcher, headers } = await openByHand(api, copy);
    return async () => {
      const response = await copy.fetch(`${url}/v1/items?limit=10`, { dispatcher, headers });
      return (await response.json()).items.length;
    };
  },

  async paths(api) {
    const { url, dispatcher, headers } = await openByHand(api, copy);
    // undici.fetch takes no `Request` but its own.
    const fetch = (input) => copy.fetch(input, { dispatcher });
    const client = createClient({ baseUrl: url, headers, fetch, Request: copy.Request });
    const options = { params: { query: { limit: 10 } } };
    return async () => (await client.GET("/v1/items", options)).data.items.length;
  },
});

export const byHand = {
  ...byHandOn(undici),

  async post(api) {
    const { url, dispatcher, headers: own } = await openByHand(api);
    const headers = { ...own, "content-type": "application/json" };
    return async () => {
      const options = { method: "POST", dispatcher, headers, body: JSON.stringify(newItem) };
      const { body } = await request(`${url}/v1/items`, options);
      return (await body.json()).id;
    };
  },

  /** With a signature, and a header as long as a proof. */
  async dpop(api) {
    const { url, dispatcher, headers: own } = await openByHand(api);
    // Without `dsaEncoding`, which a proof would need: with it, signing takes twice as long.
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const claims = "x".repeat(450);
    const input = Buffer.from(claims);
    const authorization = own.authorization.replace("Bearer", "DPoP");
    return async () => {
      const proof = `${claims}.${sign("sha256", input, privateKey).toString("base64url")}`;
      const headers = { ...own, authorization, dpop: proof };
      const { body } = await request(`${url}/v1/items?limit=10`, { dispatcher, headers });
      return (await body.json()).items.length;
    };
  },

  catalog: (megabytes) => async (api) => {
    const { url, dispatcher, headers } = await openByHand(api);
    return async () => {
      const { body } = await request(`${url}/v1/catalogs/${megabytes}`, { dispatcher, headers });
      return (await body.json()).items.length > 0;
    };
  },

  stream: (megabytes) => async (api) => {
    const { url, dispatcher, headers } = await openByHand(api);
    return async () => {
      const { body } = await request(`${url}/v1/exports/${megabytes}`, { dispatcher, headers });
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return bytes;
    };
  },

  async upload(api) {
    const { url, dispatcher, headers: own } = await openByHand(api);
    const headers = { ...own, "content-type": "application/octet-stream" };
    return async () => {
      const options = { method: "PUT", dispatcher, headers, body: upload() };
      const { body } = await request(`${url}/v1/imports`, options);
      return (await body.json()).bytes;
    };
  },

  compressed: (coding) => async (api) => {
    const { url, dispatcher, headers } = await openByHand(api, undici, interceptors.decompress());
    return async () => {
      const { body } = await request(`${url}/v1/compressed/${coding}`, { dispatcher, headers });
      return (await body.json()).items.length;
    };
  },
};
