import { AsyncResource } from "node:async_hooks";
import { tokenRequestChannel } from "../events.ts";

/** Runs work in the async context of a call. */
export type CallContext = (work: () => void) => void;

/**
 * Keeps the async context of the call that is beginning, if somebody traces token requests: its answer will come in that
 * of the call that opened the connection.
 */
export function openCallContext(): CallContext {
  if (!tokenRequestChannel.hasSubscribers) return runHere;
  const resource = new AsyncResource("openapi-m2m.call");
  return (work) => resource.runInAsyncScope(work);
}

function runHere(work: () => void): void {
  work();
}
