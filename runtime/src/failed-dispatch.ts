import type { Dispatcher } from "undici";

/** Ends a request that is not under way, so that there is no controller of undici's for it. */
export function failDispatch(handler: Dispatcher.DispatchHandler, reason: unknown): void {
  // undici takes a falsy error for none.
  const error = reason instanceof Error ? reason : new Error("aborted", { cause: reason });
  const controller = { aborted: true, paused: false, reason: error, abort() {}, pause() {}, resume() {} };
  handler.onResponseError?.(controller, (reason || error) as Error);
}
