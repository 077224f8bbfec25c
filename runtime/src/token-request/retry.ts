const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;

/**
 * Decides how long to wait before another attempt: doubling, half of it by chance, so that many processes that fail
 * together do not come back together. A server's own word prevails where it asks for longer.
 *
 * @param attempt - how many have failed before the one that just did
 * @param random - from 0 up to 1
 */
export function chooseDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return Math.max(delayMs / 2 + (delayMs / 2) * random, retryAfterMs ?? 0);
}

/**
 * Parses `Retry-After`: seconds, or a date.
 *
 * @param now - epoch ms
 * @returns ms from now, at least 0; undefined for no field or a malformed one
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfterMs(field: string | null, now: number): number | undefined {
  if (field === null || field.trim() === "") return undefined;
  const seconds = Number(field);
  const ms = Number.isNaN(seconds) ? Date.parse(field) - now : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
