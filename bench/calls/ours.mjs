// The calls as our users write them.
import { subscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
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
const { Agent, request } = undici;

/** What an application has without us, where it has one copy. */
export const without = byHandOn(undici);

async function openClient({ url, client, connections }, options) {
  const { ItemsClient, tokenClients } = await import(client);
  const definition = { tokenEndpoint: `${url}/token`, clientId: "bench", ...options };
  const dispatcher = new Agent({ connections });
  const tokens = createTokenManager({ dispatcher, clients: tokenClients({ "items.client": definition }) });
  return { url, tokens, dispatcher, items: new ItemsClient({ tokens, baseUrl: url }) };
}

/**
 * As many token clients, each with a token and a generated client of its own, called one after the other.
 *
 * @returns the call, and what tells how much of the heap each of them takes
 */
export async function openManyClients({ url, client, connections }, count) {
  const { ItemsClient } = await import(client);
  const definition = { tokenEndpoint: `${url}/token`, clientId: "bench" };
  const before = usedBytes();
  const names = Array.from({ length: count }, (_, index) => `tenant-${index}`);
  const tokens = createTokenManager({
    dispatcher: new Agent({ connections }),
    clients: Object.fromEntries(names.map((name) => [name, { ...definition, clientId: name }])),
    cache: { max: count },
  });
  const clients = names.map((tokenClient) => new ItemsClient({ tokens, baseUrl: url, tokenClient }));
  for (let index = 0; index < count; index += 100) {
    await Promise.all(names.slice(index, index + 100).map((name) => tokens.getAccessToken(name)));
  }
  let next = 0;
  return {
    readBytes: () => (usedBytes() - before) / count,
    call: () => list(clients[next++ % count], { query: { limit: 10 } }),
  };
}

/** One client that all may go well with, and one of each kind that it does not: each call says what became of it. */
export async function openSoakClient({ url, client, connections, refusingUrl }) {
  const { tokens, dispatcher, items } = await openClient({ url, client, connections });
  const { ItemsClient } = await import(client);
  const unreachable = new ItemsClient({ tokens, baseUrl: refusingUrl });
  const { signal } = new AbortController();
  const query = { limit: 10 };
  let calls = 0;
  let resends = 0;
  subscribe("openapi-m2m.call.resend", () => {
    resends++;
  });
  const nameOf = (promise) =>
    promise.then(
      ({ ok }) => (ok ? "answered" : "refused"),
      ({ name, code }) => (name === "AbortError" ? name : code),
    );
  const faults = {
    AbortError: () => {
      const own = new AbortController();
      const outcome = nameOf(items.getSilence({ signal: own.signal }));
      setImmediate(() => own.abort());
      return outcome;
    },
    ERR_API_TIMEOUT: () => nameOf(items.getSilence({ signal, timeoutMs: 20 })),
    /** Timeouts of a second and more share a timer. */
    "late ERR_API_TIMEOUT": async () => `late ${await nameOf(items.getSilence({ signal, timeoutMs: 1000 }))}`,
    "sent again": async () => {
      const before = resends;
      const outcome = await nameOf(items.listSecond({ query: { call: calls++ }, signal }));
      return outcome === "answered" && resends > before ? "sent again" : outcome;
    },
    unread: async () => {
      const { data } = await items.exportItems({ path: { megabytes: 1 }, stream: true, signal });
      for await (const _ of data) break;
      return "unread";
    },
    ERR_API_CONNECTION: () => nameOf(unreachable.listItems({ query, signal })),
  };
  return {
    get: () => nameOf(items.listItems({ query, signal })),
    faults,
    countListeners: () => getEventListeners(signal, "abort").length,
    async close() {
      await tokens.close();
      await dispatcher.close();
    },
  };
}

function usedBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function list(items, input) {
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

  /** @param options.signal - of all calls */
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
