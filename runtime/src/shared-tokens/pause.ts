import { chooseBackOffMs } from "../back-off.ts";
import { TokenError, type TokenErrorCode } from "../errors.ts";
import type { StoredToken } from "./stored-token.ts";

/** What is the server's trouble. Anything else may be this process's own: its secret, its certificate. */
const OF_THE_SERVER: ReadonlySet<TokenErrorCode> = new Set([
  "ERR_TOKEN_ENDPOINT_UNREACHABLE",
  "ERR_TOKEN_ENDPOINT_TIMEOUT",
  "ERR_TOKEN_ENDPOINT_FAILED",
]);

/**
 * Plans what all processes do after the renewal of a token that still serves has failed: none of them asks for a second,
 * then two, and so on up to a minute; longer where the server said so.
 *
 * @returns undefined when others may have more luck
 */
export function planPause(stored: StoredToken, error: unknown, now: number): StoredToken | undefined {
  if (!(error instanceof TokenError) || !OF_THE_SERVER.has(error.code)) return undefined;
  const failures = stored.failures + 1;
  const pausedUntil = now + Math.max(chooseBackOffMs(failures), error.retryAfterMs ?? 0);
  return { token: stored.token, failures, pausedUntil };
}

/** @throws {TokenError} when a renewal of the token failed, and it is not time yet for another */
export function assertNotPaused({ token, pausedUntil }: StoredToken, now: number): void {
  if (now >= pausedUntil) return;
  const retryAfterMs = pausedUntil - now;
  const message = `not asked again for another ${Math.ceil(retryAfterMs / 1000)} s: a renewal failed just now`;
  throw new TokenError("ERR_TOKEN_ENDPOINT_FAILED", message, { client: token.clientName, retryAfterMs });
}
