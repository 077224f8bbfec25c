import { channel } from "node:diagnostics_channel";
import { atEnd } from "./disposal.ts";

/** Collects what a channel publishes, until the test that is running ends. */
export function recordEvents(name: string, react: () => void = () => {}): unknown[] {
  const events: unknown[] = [];
  const record = (event: unknown) => {
    events.push(event);
    react();
  };
  channel(name).subscribe(record);
  atEnd(() => void channel(name).unsubscribe(record));
  return events;
}
