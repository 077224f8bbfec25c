import { describeCause, invalidOption, isInvalidOption } from "../errors.ts";
import type { TokenParameters } from "../token-parameters.ts";

/** A call before it is sent, for whoever decides by it which token it needs. */
export interface OutgoingRequest {
  /** Name of the token client. */
  readonly client: string;
  readonly method: string;
  readonly url: string;
  /** A copy, without credentials. */
  readonly headers: Headers;
}

/** Adds to what a call asks for; what the call itself says prevails, and a forced renewal stays forced. */
export type TokenParametersHook = (
  request: OutgoingRequest,
) => TokenParameters | undefined | PromiseLike<TokenParameters | undefined>;

type Added = TokenParameters | undefined;

/**
 * Calls a user's function, at once or later.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when it fails, which is its cause, or returns what is no parameters; a
 *   promise rejects with the same
 */
export function callHook(hook: TokenParametersHook, request: OutgoingRequest): Added | Promise<Added> {
  try {
    const added = hook(request);
    return isThenable(added) ? Promise.resolve(added).then(check, fail) : check(added);
  } catch (cause) {
    return fail(cause);
  }
}

function check(added: Added): Added {
  if (added === undefined || (typeof added === "object" && added !== null)) return added;
  throw invalidOption("tokenParameters", "must return an object or undefined");
}

/** It is no failure of the call: who retries those must be able to tell. */
function fail(cause: unknown): never {
  if (isInvalidOption(cause)) throw cause;
  const error = invalidOption("tokenParameters", `failed (${describeCause(cause)}): see the cause`);
  throw Object.assign(error, { cause });
}

/** What can be awaited need not be a Promise: query builders, for one. */
function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === "function";
}
