import { channel, tracingChannel } from "node:diagnostics_channel";
import { describeCause } from "./errors.ts";

/** `start`/`asyncStart`/`asyncEnd`/`error` of each request to a token endpoint. Never holds the token. */
export interface TokenRequestEvent {
  readonly client: string;
  readonly reason: RenewalReason;
  /** 1, and one more each time that what failed is tried again. */
  readonly attempt: number;
  /** Host of the token endpoint, or of the issuer where that is yet to tell the endpoint. */
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Of the token that was got; epoch ms. Missing before, and where none was. */
  readonly expiresAt?: number;
  /** Why none was got: a `TokenError`, or an `AbortError` where nobody waits for it any more. */
  readonly error?: unknown;
  /**
   * Set by a listener of `start` that wants the request made within a context of its own: is given what makes it, and
   * gives what that gives.
   */
  run?: (request: () => Promise<void>) => Promise<void>;
}

/** Of `openapi-m2m.token.cache`: a token is looked for in a layer of the cache. */
export interface TokenCacheEvent {
  readonly client: string;
  /** In process, or shared: the store is looked into after a miss in process, when a token is to be had. */
  readonly layer: "memory" | "store";
  readonly hit: boolean;
  /** Of the token that was found; epoch ms. */
  readonly expiresAt?: number | undefined;
}

/** Of `openapi-m2m.token.renewal`: a token is requested in place of another, or of none. */
export interface TokenRenewalEvent {
  readonly client: string;
  readonly reason: RenewalReason;
}

/** Of `openapi-m2m.call.resend`: a call is sent again. */
export interface CallResendEvent {
  readonly client: string;
  readonly reason: ResendReason;
}

/** The cache or the store failed, or holds what can't be used: a token was requested instead, or is not kept. */
export interface StoreFailureEvent {
  readonly operation: "get" | "set" | "delete" | "compareAndSet" | "lock" | "onChange";
  /** Of the error, or its name: never its message. */
  readonly code: string;
}

/** Why a token was requested; `expired` includes the margin before expiry, `early` is before that. */
export type RenewalReason = "missing" | "expired" | "early" | "rejected" | "forced";

/** `rejected`: with another token; `dpop_nonce`: with the same token, and a proof that the API will take. */
export type ResendReason = "rejected" | "dpop_nonce";

// Whoever publishes asks `hasSubscribers` first: nothing is built when nobody listens.
export const tokenRequestChannel = tracingChannel<TokenRequestEvent>("openapi-m2m.token.request");
export const tokenCacheChannel = channel("openapi-m2m.token.cache");
export const tokenRenewalChannel = channel("openapi-m2m.token.renewal");
export const callResendChannel = channel("openapi-m2m.call.resend");
export const storeFailureChannel = channel("openapi-m2m.store.failure");

/** Publishes that the cache or the store failed: the error's code, never its message. */
export function publishStoreFailure(operation: StoreFailureEvent["operation"], error: unknown): void {
  if (!storeFailureChannel.hasSubscribers) return;
  storeFailureChannel.publish({ operation, code: describeFailure(error) } satisfies StoreFailureEvent);
}

function describeFailure(error: unknown): string {
  try {
    return describeCause(error);
  } catch {
    return "unknown reason"; // A store may throw what can't be looked at.
  }
}
