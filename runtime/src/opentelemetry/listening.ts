import type { Channel } from "node:diagnostics_channel";
import { diag } from "@opentelemetry/api";

/**
 * Listens to a channel. A listener that throws would be an uncaught exception of the process: it is told to OpenTelemetry's
 * own log instead.
 *
 * @returns what ends it
 */
export function listen<Event>(channel: Channel, note: (event: Event) => void): () => void {
  const listener = (event: unknown) => {
    try {
      note(event as Event);
    } catch (error) {
      diag.error(`openapi-m2m: an event of ${String(channel.name)} was not recorded`, error);
    }
  };
  channel.subscribe(listener);
  return () => void channel.unsubscribe(listener);
}
