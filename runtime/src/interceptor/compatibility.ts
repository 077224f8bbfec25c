import type { Dispatcher } from "undici";
import { invalidOption } from "../errors.ts";

/** The handlers of undici 6 and 7, and so those of Node's own fetch, have other methods: they would never be told. */
export function assertHandler(handler: Dispatcher.DispatchHandler): void {
  if (typeof handler.onRequestStart === "function" || typeof handler.onResponseError === "function") return;
  throw invalidOption(
    "dispatcher",
    "takes calls of undici 8 only: import fetch or request from that package",
  );
}

/** A proof is for one URL: where a redirect leads, it could only be refused, or be none of that origin's business. */
export function buildRedirectRefusal(): TypeError {
  return invalidOption(
    "interceptors.redirect()",
    "must be composed after the interceptor of a client with dpop: compose(tokens.interceptor(...), interceptors.redirect(...))",
  );
}

/** Of the signals that undici takes, event emitters are its own business: it heeds them once the request starts. */
export function toAbortSignal(signal: unknown): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}
