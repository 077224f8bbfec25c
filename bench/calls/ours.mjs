// The calls as our users write them.
import { createRequire } from "node:module";
import { createTokenManager, generateDpopKey } from "@openapi-m2m/runtime";
import { instrumentTokens } from "@openapi-m2m/runtime/opentelemetry";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { byHandOn } from "./by-hand.mjs";
import { newItem, upload } from "./payloads.mjs";

// The runtime's own copy, as in an application, where there is one. What is written by hand has another one, so that
// neither spoils what the compiler has learnt of the other.
const undici = createRequire(import.meta.resolve("@openapi-m2m/runtime"))("undici");
export const { Agent, request } = undici;

/** What an application has without us, where it has one copy. */
export const byHandOnOurCopy = byHandOn(undici);

export async function openClient({ url, client, connections }, options) {
  const { ItemsClient, tokenClients } = await import(client);
  const definition = { tokenEndpoint: `${url}/token`, clientId: "bench", ...options };
  const dispatcher = new Agent({ connections });
  const tokens = createTokenManager({ dispatcher, clients: tokenClients({ "items.client": definition }) });
  return { url, tokens, dispatcher, items: new ItemsClient({ tokens, baseUrl: url }) };
}

/** What all forms of the GET give: how many items there are. */
export async function list(items, input) {
  const result = await items.listItems(input);
  return result.ok ? result.data.items.length : 0;
}

export const ours = {
  async get(api) {
    const { items } = await openClient(api);
    return () => list(items, { query: { limit: 10 } });
  },

  async post(api) {
    const { items } = await openClient(api);
    return async () => {
      const result = await items.createItem({ body: newItem });
      return result.ok ? result.data.id : undefined;
    };
  },

  /** One signal for all calls. */
  async signal(api) {
    const { items } = await openClient(api);
    const { signal } = new AbortController();
    return () => list(items, { query: { limit: 10 }, timeoutMs: 5_000, signal });
  },

  async interceptor(api) {
    const { url, tokens, dispatcher: agent } = await openClient(api);
    const dispatcher = agent.compose(tokens.interceptor("items.client", { baseUrl: url }));
    const headers = { accept: "application/json" };
    return async () => {
      const { body } = await request(`${url}/v1/items?limit=10`, { dispatcher, headers });
      return (await body.json()).items.length;
    };
  },

  async fetch(api) {
    const { url, tokens } = await openClient(api);
    const fetch = tokens.fetch("items.client", { baseUrl: url });
    const headers = { accept: "application/json" };
    return async () => (await (await fetch("/v1/items?limit=10", { headers })).json()).items.length;
  },

  async paths(api) {
    const { items } = await openClient(api);
    return async () =>
      (await items.paths.GET("/v1/items", { params: { query: { limit: 10 } } })).data.items.length;
  },

  async telemetry(api) {
    const call = await ours.get(api);
    return Object.assign(call, { begin: record });
  },

  async dpop(api) {
    const { items } = await openClient(api, { dpop: generateDpopKey() });
    return () => list(items, { query: { limit: 10 } });
  },

  catalog: (megabytes) => async (api) => {
    const { items } = await openClient(api);
    return async () => {
      const result = await items.getCatalog({ path: { megabytes } });
      return result.ok && result.data.items.length > 0;
    };
  },

  stream: (megabytes) => async (api) => {
    const { items } = await openClient(api);
    return async () => {
      const { data } = await items.exportItems({ path: { megabytes }, stream: true });
      let bytes = 0;
      for await (const chunk of data) bytes += chunk.length;
      return bytes;
    };
  },

  async upload(api) {
    const { items } = await openClient(api);
    return async () => {
      const result = await items.importItems({ body: upload() });
      return result.ok ? result.data.bytes : 0;
    };
  },

  compressed: (coding) => async (api) => {
    const { items } = await openClient(api);
    return async () => {
      const result = await items.listCompressed({ path: { coding } });
      return result.ok ? result.data.items.length : 0;
    };
  },
};

class PullReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** Metrics and spans, until what it returns is called. */
function record() {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const meterProvider = new MeterProvider({ readers: [new PullReader()] });
  const instrumentation = instrumentTokens({ meterProvider, tracerProvider });
  return () => instrumentation.stop();
}
