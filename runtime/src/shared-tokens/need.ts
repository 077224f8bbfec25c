import type { AccessToken } from "../access-token.ts";
import type { TokenRequest } from "../token-client.ts";

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
