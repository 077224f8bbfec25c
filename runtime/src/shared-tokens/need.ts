import type { AccessToken } from "../access-token.ts";
import type { TokenRequest } from "../token-client.ts";
import { assertNotPaused } from "./pause.ts";
import type { Seen } from "./sealed-store.ts";

/** What a stored token is to who needs one: just that, what serves while there is no other, or of no use. */
export type Verdict = "accept" | "keep" | "refuse";

/** Who needs a token. */
export interface Need {
  readonly request: TokenRequest;
  /** Aborted when nobody needs it any more. */
  readonly signal: AbortSignal;
  /** Told of each token that is found. */
  judge(token: AccessToken): Verdict;
  /** Requests one from the authorization server. */
  ask(): Promise<AccessToken>;
  /** Whether what was asked for may be shared: not once it was invalidated meanwhile. */
  isCurrent(): boolean;
}

/**
 * Chooses what was seen in the store, if it is what is needed.
 *
 * @returns undefined when there is nothing to go on with
 * @throws {TokenError} when it is one to keep, whose renewal failed just now
 */
export function chooseSeen({ stored }: Seen, need: Need, now: number): AccessToken | undefined {
  if (stored === undefined) return undefined;
  const verdict = need.judge(stored.token);
  if (verdict === "accept") return stored.token;
  if (verdict === "keep") assertNotPaused(stored, now);
  return undefined;
}
