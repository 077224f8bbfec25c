import type { AccessToken } from "./access-token.ts";

/** A token and what becomes of it, by its client's margin. Instants are epoch ms. */
export interface HeldToken {
  readonly token: AccessToken;
  /** Until then it is given out without asking. */
  readonly freshUntil: number;
  /** From then on a call that is given it has it renewed in the background; moves while that is under way or fails. */
  renewableFrom: number;
}

/** How far a clock may be set back before what it said counts for nothing. */
const TOLERANCE_MS = 60_000;

/** Whether a token may be given out. One from the future is not: the clock was ahead when its life was counted. */
export function isFresh({ token, freshUntil }: HeldToken, now: number): boolean {
  return now < freshUntil && now > token.issuedAt - TOLERANCE_MS;
}

/**
 * Plans the life of a token that was just had.
 *
 * It is fresh until its margin, which is never more than a fifth of its life, and renewable from a point in the last
 * quarter before that, by chance, so that many processes that began together do not ask together. A token that the
 * server has handed out before is kept to its end: asking earlier would only bring it again.
 *
 * @param previous - what was held under the same key
 * @param random - from 0 up to 1
 */
export function planLifetime(
  token: AccessToken,
  marginMs: number,
  previous: HeldToken | undefined,
  random: number,
): HeldToken {
  if (previous?.token.value === token.value) {
    return { token, freshUntil: token.expiresAt, renewableFrom: Number.POSITIVE_INFINITY };
  }
  const { issuedAt, expiresAt } = token;
  const freshUntil = expiresAt - Math.min(marginMs, (expiresAt - issuedAt) / 5);
  const renewableFrom = issuedAt + (freshUntil - issuedAt) * (0.75 + 0.25 * random);
  return { token, freshUntil, renewableFrom };
}
