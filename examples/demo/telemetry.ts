// Preloaded into each worker (`node --import`): tells the demo what the runtime publishes. The workers' own
// code knows nothing of it.
import { subscribe } from "node:diagnostics_channel";

/** What a worker reports, one message per event. */
export interface Report {
  readonly figure: "cacheHits" | "tokenRequests" | "resends" | "forcedRenewals";
  /** The token client. */
  readonly client: string;
}

interface Published {
  readonly client: string;
  readonly hit?: boolean;
  readonly reason?: string;
}

function count(figure: Report["figure"], channel: string, counts = (_: Published) => true): void {
  subscribe(channel, (message) => {
    const published = message as Published;
    if (process.connected && counts(published))
      process.send?.({ figure, client: published.client } satisfies Report);
  });
}

count("cacheHits", "openapi-m2m.token.cache", ({ hit }) => hit === true);
count("tokenRequests", "tracing:openapi-m2m.token.request:start");
count("resends", "openapi-m2m.call.resend");
count("forcedRenewals", "openapi-m2m.token.renewal", ({ reason }) => reason === "forced");
