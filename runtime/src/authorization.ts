import type { AccessToken } from "./access-token.ts";
import { invalidOption, TokenError } from "./errors.ts";
import { callResendChannel } from "./events.ts";
import { assertAllowed } from "./origin.ts";
import { buildTokenRequest, type DefinedTokenClient, type TokenRequest } from "./token-client.ts";
import type { TokenParameters } from "./token-parameters.ts";
import type { TokenSource } from "./token-source.ts";

export interface AuthorizationOptions {
  readonly client: DefinedTokenClient;
  readonly source: TokenSource;
  /** Origins that a token may go to. */
  readonly origins: ReadonlySet<string>;
  /** Overrides for every call; those of a call are laid over them. */
  readonly token?: TokenParameters | undefined;
}

/**
 * Decides, for one token client and the origins it may talk to, which token goes with a call and what to do when an
 * API rejects it. It sends nothing itself: the interceptor and the fetch wrapper carry out what it decides.
 */
export class Authorization {
  readonly #client: DefinedTokenClient;
  readonly #source: TokenSource;
  readonly #origins: ReadonlySet<string>;
  readonly #token: TokenParameters | undefined;
  readonly #defaultRequest: TokenRequest;

  constructor({ client, source, origins, token }: AuthorizationOptions) {
    this.#client = client;
    this.#source = source;
    this.#origins = origins;
    this.#token = token;
    this.#defaultRequest = buildTokenRequest(client, token);
  }

  /** Whether a token may go to this origin. */
  permits(origin: string | URL | undefined): boolean {
    if (typeof origin === "string" && this.#origins.has(origin)) return true;
    return URL.canParse(String(origin)) && this.#origins.has(new URL(String(origin)).origin);
  }

  /** @throws {TokenError} `ERR_ORIGIN_NOT_ALLOWED` */
  assertPermitted(url: URL): void {
    assertAllowed(url.origin, this.#origins, this.#client.name);
  }

  /** The token for a call: at once when one is cached, else a promise of it. */
  getToken(overrides?: TokenParameters, signal?: AbortSignal): AccessToken | Promise<AccessToken> {
    const request = this.#request(overrides);
    const forced = overrides?.forceRenewal ?? this.#token?.forceRenewal;
    return forced === true ? this.#source.renew(request, signal) : this.#source.get(request, signal);
  }

  /**
   * Decides on a 401.
   *
   * @returns another token to re-send the call with; undefined when the 401 is the caller's to handle: the renewal
   *   failed, or the server gave the rejected token again
   */
  async replaceRejected(
    rejected: AccessToken,
    overrides?: TokenParameters,
    signal?: AbortSignal,
  ): Promise<AccessToken | undefined> {
    try {
      const token = await this.#source.replace(this.#request(overrides), rejected, signal);
      if (token.value === rejected.value) return undefined;
      callResendChannel.publish({ client: this.#client.name, reason: "rejected" });
      return token;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TokenError) return undefined; // Published by the token request's channel.
      throw error;
    }
  }

  /** For a call that can't be re-sent: drops the rejected token, so that the next call gets another. */
  discardRejected(rejected: AccessToken, overrides?: TokenParameters): void {
    this.#source.discard(this.#request(overrides), rejected);
  }

  #request(overrides: TokenParameters | undefined): TokenRequest {
    if (overrides === undefined) return this.#defaultRequest;
    return buildTokenRequest(this.#client, { ...this.#token, ...overrides });
  }
}

/** Refuses a call that brings its own credentials: they would either be lost or go with another client's name. */
export function assertNoAuthorization(name: string): void {
  if (name.length === 13 && name.toLowerCase() === "authorization") {
    throw invalidOption("headers.authorization", "is set by the token client; leave it out");
  }
}
