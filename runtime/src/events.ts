import { channel, tracingChannel } from "node:diagnostics_channel";

/** `asyncStart`/`asyncEnd`/`error` of each request to a token endpoint. Never holds the token. */
export interface TokenRequestEvent {
  readonly client: string;
}

export interface TokenCacheEvent {
  readonly client: string;
  readonly layer: "memory";
  readonly hit: boolean;
}

export interface TokenRenewalEvent {
  readonly client: string;
  readonly reason: RenewalReason;
}

export interface CallResendEvent {
  readonly client: string;
  readonly reason: "rejected";
}

/** Why a token was requested; `expired` includes the margin before expiry. */
export type RenewalReason = "missing" | "expired" | "rejected" | "forced";

// Whoever publishes asks `hasSubscribers` first: nothing is built when nobody listens.
export const tokenRequestChannel = tracingChannel<unknown, TokenRequestEvent>("openapi-m2m.token.request");
export const tokenCacheChannel = channel("openapi-m2m.token.cache");
export const tokenRenewalChannel = channel("openapi-m2m.token.renewal");
export const callResendChannel = channel("openapi-m2m.call.resend");
