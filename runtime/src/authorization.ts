import type { AccessToken } from "./access-token.ts";
import {
  callHook,
  type OutgoingRequest,
  type TokenParametersHook,
} from "./authorization/token-parameters-hook.ts";
import { parseChallenges, rejectsToken } from "./challenge.ts";
import type { DpopProof, DpopProver } from "./dpop.ts";
import { TokenError } from "./errors.ts";
import { callResendChannel, type ResendReason } from "./events.ts";
import type { OpenCalls } from "./open-calls.ts";
import { assertAllowed } from "./origin.ts";
import type { RenewalBackOff } from "./renewal-back-off.ts";
import type { ServerClocks } from "./server-clocks.ts";
import { overrideTokenRequest, type TokenRequest } from "./token-client.ts";
import type { TokenDefinitions } from "./token-definitions.ts";
import type { TokenParameters } from "./token-parameters.ts";
import type { TokenSource } from "./token-source.ts";
import { abortable } from "./waiting.ts";

export type { OutgoingRequest, TokenParametersHook };

export interface AuthorizationOptions {
  /** Name of the token client. */
  readonly name: string;
  readonly definitions: TokenDefinitions;
  /** Overrides for all of its calls. */
  readonly token: TokenParameters | undefined;
  readonly tokenParameters: TokenParametersHook | undefined;
  readonly source: TokenSource;
  readonly clocks: ServerClocks;
  /** For APIs alone: an authorization server's nonces are not for them. */
  readonly prover: DpopProver;
  readonly backOff: RenewalBackOff;
  /** Origins that a token may go to. */
  readonly origins: ReadonlySet<string>;
  /** The calls that may still need a token. */
  readonly calls: OpenCalls;
  readonly now: () => number;
}

/** Who waits. The signal is read only once there is something to wait for: to make one costs more than a cached token. */
export interface Waiter {
  readonly signal?: AbortSignal | undefined;
}

/** A call that needs a token. */
export interface Caller extends Waiter {
  /** Called only if somebody wants to know. */
  describe(): Omit<OutgoingRequest, "client">;
}

/** One time that a call is sent, and what may still be done if that is in vain. */
export interface Attempt {
  readonly request: TokenRequest;
  readonly token: AccessToken;
  /** Of the API. */
  readonly origin: string;
  /** Whether the call has not had its other token yet. */
  readonly canRenew: boolean;
  /** Whether the call has not had its other proof yet. */
  readonly canProve: boolean;
  /** The DPoP proof that goes with it. */
  readonly proof: DpopProof | undefined;
}

/** What is to be done about an answer: nothing, or the call is sent again, for a reason. */
export type Verdict = "final" | ResendReason;

/** Fields of an answer; names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Decides, for one token client and the origins it may talk to, which token goes with a call and what to do when an
 * API rejects it. It sends nothing itself: the interceptor and the fetch wrapper carry out what it decides.
 */
export class Authorization {
  readonly calls: OpenCalls;
  readonly #options: AuthorizationOptions;
  /** The last definition found, and what calls ask for by it: it seldom changes. */
  #found: TokenRequest | undefined;
  #base: TokenRequest | undefined;
  /** The last origin found. */
  #origin: string | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.calls = options.calls;
  }

  /** The origin as a URL has it, if a token may go there. */
  findOrigin(given: string | URL | undefined): string | undefined {
    // Compared first, since each call has a string of its own, which a lookup would have to hash.
    if (given === this.#origin) return this.#origin;
    const { origins } = this.#options;
    if (typeof given === "string" && origins.has(given)) {
      this.#origin = given;
      return given;
    }
    const origin = URL.parse(String(given))?.origin;
    return origin !== undefined && origins.has(origin) ? origin : undefined;
  }

  /** @throws {TokenError} `ERR_ORIGIN_NOT_ALLOWED` */
  assertAllowed(origin: string): void {
    assertAllowed(origin, this.#options.origins, this.#options.name);
  }

  /** Finds what a call asks for, now if all that decides it is at hand. */
  findRequest(caller: Caller, overrides?: TokenParameters): TokenRequest | Promise<TokenRequest> {
    const { definitions, name } = this.#options;
    const found = definitions.peek(name) ?? definitions.find(name, caller.signal);
    if (!(found instanceof Promise)) return this.#override(found, caller, overrides);
    return found.then((found) => this.#override(found, caller, overrides));
  }

  /** The token for a call, now if one is cached. */
  findToken(request: TokenRequest, waiter: Waiter = {}): AccessToken | Promise<AccessToken> {
    const { source } = this.#options;
    return source.peek(request) ?? source.obtain(request, waiter.signal);
  }

  /** The first attempt of a call. */
  begin(request: TokenRequest, token: AccessToken, origin: string): Attempt {
    const canProve = request.client.dpop !== undefined;
    return { request, token, origin, canRenew: true, canProve, proof: undefined };
  }

  /**
   * Adds the DPoP proof to an attempt whose token is bound to a key.
   *
   * @param call - read only for a proof, since reading it builds its URL
   */
  prove(attempt: Attempt, call: { readonly method: string; readonly url: string }): Attempt {
    const { request, token: accessToken, origin: server } = attempt;
    const { dpop } = request.client;
    if (dpop === undefined) return attempt;
    const { prover, now } = this.#options;
    const { method, url } = call;
    return { ...attempt, proof: prover.prove(dpop, { method, url, accessToken, server }, now()) };
  }

  /** Learns from an answer what the next proof for its server needs. To be told of every one, those that redirect too. */
  learn({ proof }: Attempt, status: number, headers: AnswerHeaders): void {
    if (proof === undefined) return;
    const { prover, clocks, now } = this.#options;
    prover.noteNonce(proof, headers["dpop-nonce"]);
    if (refusesProof(status, headers)) clocks.note(proof.server, headers, now());
  }

  /** Decides on the answer to a call that carried a token, once there is nothing more to {@link learn} from it. */
  judge(attempt: Attempt, status: number, headers: AnswerHeaders): Verdict {
    const { request, token, origin, proof } = attempt;
    const { backOff, prover } = this.#options;
    if (proof !== undefined && refusesProof(status, headers)) {
      // Another token would need a good proof, too.
      return attempt.canProve && prover.isOutdated(proof) ? "dpop_nonce" : "final";
    }
    if (status !== 401 || !rejectsToken(headers["www-authenticate"])) {
      if (status >= 200) backOff.noteAccepted(request.client.name, origin);
      return "final";
    }
    backOff.noteRejected(request.client.name, origin, token);
    return attempt.canRenew ? "rejected" : "final";
  }

  /**
   * Prepares the next attempt of a call.
   *
   * @returns undefined when the answer is the caller's to handle: the renewal failed, or the server gave the rejected
   *   token again, or renewals pause because the last ones did not help
   */
  async retry(attempt: Attempt, reason: ResendReason, { signal }: Waiter = {}): Promise<Attempt | undefined> {
    if (reason === "dpop_nonce") return { ...attempt, canProve: false };
    const { request, token: rejected, origin } = attempt;
    const { source, backOff } = this.#options;
    try {
      const token = backOff.isPausing(request.client.name, origin)
        ? source.findOther(request, rejected)
        : await source.replace(request, rejected, signal);
      if (token === undefined || token.value === rejected.value) return undefined;
      return { ...attempt, token, canRenew: false };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TokenError) return undefined; // Published by the token request's channel.
      throw error;
    }
  }

  /** For a call that can't be re-sent: sees to it that the next one fares better. */
  giveUp({ request, token, origin }: Attempt, reason: ResendReason): void {
    const { source, backOff } = this.#options;
    if (reason === "rejected" && !backOff.isPausing(request.client.name, origin)) {
      source.discard(request, token);
    }
  }

  /** To be called when a call is sent once more. */
  publishResend(reason: ResendReason): void {
    if (!callResendChannel.hasSubscribers) return;
    callResendChannel.publish({ client: this.#options.name, reason });
  }

  #override(
    found: TokenRequest,
    caller: Caller,
    overrides: TokenParameters | undefined,
  ): TokenRequest | Promise<TokenRequest> {
    const { name, token, tokenParameters } = this.#options;
    if (this.#found !== found || this.#base === undefined) {
      this.#found = found;
      this.#base = overrideTokenRequest(found, token);
    }
    const base = this.#base;
    if (tokenParameters === undefined) return overrideTokenRequest(base, overrides);
    const override = (added: TokenParameters | undefined) => {
      const forceRenewal = base.forceRenewal || added?.forceRenewal === true;
      return overrideTokenRequest(overrideTokenRequest(base, { ...added, forceRenewal }), overrides);
    };
    const added = callHook(tokenParameters, { client: name, ...caller.describe() });
    return added instanceof Promise ? abortable(added, caller.signal).then(override) : override(added);
  }
}

/** Whether an API wants another proof, be it with the same token. Some say `Bearer` where DPoP was used. */
function refusesProof(status: number, headers: AnswerHeaders): boolean {
  if (status !== 401) return false;
  return parseChallenges(headers["www-authenticate"]).some(({ parameters: { error } }) => {
    return error === "use_dpop_nonce" || error === "invalid_dpop_proof";
  });
}
