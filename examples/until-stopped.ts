import { setTimeout as pause } from "node:timers/promises";

/**
 * Repeats `work` until SIGTERM or SIGINT, then resolves once the round under way has finished.
 *
 * Pauses `INTERVAL_MS` milliseconds between rounds (default 1000); a signal ends the pause.
 */
export async function untilStopped(work: () => Promise<void>): Promise<void> {
  const { INTERVAL_MS = "1000" } = process.env;
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort()).once("SIGINT", () => stop.abort());
  while (!stop.signal.aborted) {
    await work();
    await pause(Number(INTERVAL_MS), undefined, { signal: stop.signal }).catch(() => {}); // Stopped.
  }
}
