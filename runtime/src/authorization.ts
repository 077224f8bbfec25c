import type { AccessToken } from "./access-token.ts";
import { invalidOption, TokenError } from "./errors.ts";
import { callResendChannel } from "./events.ts";
import { Futility } from "./futility.ts";
import type { InFlight } from "./in-flight.ts";
import { assertAllowed } from "./origin.ts";
import { overrideTokenRequest, type TokenRequest } from "./token-client.ts";
import type { TokenParameters } from "./token-parameters.ts";
import type { TokenSource } from "./token-source.ts";

export interface AuthorizationOptions {
  /** What calls ask for unless they override it. */
  readonly request: TokenRequest;
  readonly source: TokenSource;
  /** Origins that a token may go to. */
  readonly origins: ReadonlySet<string>;
  /** The calls that may still need a token. */
  readonly calls: InFlight;
  readonly now: () => number;
}

/** How much of a rejected answer is kept, and read so that its connection can be used again. */
export const MAX_DRAINED_BYTES = 64 * 1024;

/** How long that may take before the connection is given up. */
export const MAX_DRAINING_MS = 1000;

/**
 * Decides, for one token client and the origins it may talk to, which token goes with a call and what to do when an
 * API rejects it. It sends nothing itself: the interceptor and the fetch wrapper carry out what it decides.
 */
export class Authorization {
  readonly calls: InFlight;
  readonly #request: TokenRequest;
  readonly #source: TokenSource;
  readonly #origins: ReadonlySet<string>;
  readonly #futility: Futility;

  constructor({ request, source, origins, calls, now }: AuthorizationOptions) {
    this.#request = request;
    this.#source = source;
    this.#origins = origins;
    this.calls = calls;
    this.#futility = new Futility(now);
  }

  /** Whether a token may go to this origin. */
  allows(origin: string | URL | undefined): boolean {
    if (typeof origin === "string" && this.#origins.has(origin)) return true;
    return URL.canParse(String(origin)) && this.#origins.has(new URL(String(origin)).origin);
  }

  /** @throws {TokenError} `ERR_ORIGIN_NOT_ALLOWED` */
  assertAllowed(url: URL): void {
    assertAllowed(url.origin, this.#origins, this.#request.client.name);
  }

  /** The token for a call, if one is cached. */
  peekToken(overrides?: TokenParameters): AccessToken | undefined {
    return this.#source.peek(overrideTokenRequest(this.#request, overrides));
  }

  /** The token for a call that {@link peekToken} had none for. */
  obtainToken(overrides?: TokenParameters, signal?: AbortSignal): Promise<AccessToken> {
    return this.#source.obtain(overrideTokenRequest(this.#request, overrides), signal);
  }

  /**
   * Decides on a 401.
   *
   * @returns another token to re-send the call with; undefined when the 401 is the caller's to handle: the renewal
   *   failed, or the server gave the rejected token again, or renewals pause because the last ones did not help
   */
  async replaceRejected(
    rejected: AccessToken,
    overrides?: TokenParameters,
    signal?: AbortSignal,
  ): Promise<AccessToken | undefined> {
    try {
      const request = overrideTokenRequest(this.#request, overrides);
      if (this.#futility.isPausing) return this.#peekOther(request, rejected);
      const token = await this.#source.replace(request, rejected, signal);
      return token.value === rejected.value ? undefined : token;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TokenError) return undefined; // Published by the token request's channel.
      throw error;
    }
  }

  /** For a call that can't be re-sent: drops the rejected token, so that the next call gets another. */
  discardRejected(rejected: AccessToken, overrides?: TokenParameters): void {
    this.#source.discard(overrideTokenRequest(this.#request, overrides), rejected);
  }

  /** To be told of every answer to a call that carried a token; `renewed` is the token of a re-send. */
  noteAnswer(isRejected: boolean, renewed?: AccessToken): void {
    if (!isRejected) this.#futility.end();
    else if (renewed !== undefined) this.#futility.add(renewed);
  }

  #peekOther(request: TokenRequest, rejected: AccessToken): AccessToken | undefined {
    const cached = this.#source.peek(request);
    return cached?.value === rejected.value ? undefined : cached;
  }

  /** To be called when a call is sent once more. */
  publishResend(): void {
    if (!callResendChannel.hasSubscribers) return;
    callResendChannel.publish({ client: this.#request.client.name, reason: "rejected" });
  }
}

/** Refuses a call that brings its own credentials: they would either be lost or go with another client's name. */
export function assertNoAuthorization(name: string): void {
  // Its length spares all other names the copy: this runs for each header of each call.
  if (name.length === 13 && name.toLowerCase() === "authorization") {
    throw invalidOption("headers.authorization", "is set by the token client; leave it out");
  }
}
