import { subscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import { openClient } from "../calls/ours.mjs";

/** Calls that succeed, and calls of each kind that fails; each says what became of it. */
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
