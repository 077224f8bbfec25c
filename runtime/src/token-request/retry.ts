import { readClockOffsetMs } from "../server-clocks.ts";

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

/** A server that asks for more, by mistake perhaps, is asked again all the same. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Parses `Retry-After`: seconds, or a date, which is reckoned from the answer's own `Date` where it has one, lest a
 * clock of ours that is wrong makes hours of it.
 *
 * @param headers - of the answer
 * @param now - epoch ms
 * @returns ms from now, from 0 to an hour; undefined for no field or a malformed one
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfterMs(headers: Headers, now: number): number | undefined {
  const field = headers.get("retry-after") ?? "";
  if (field.trim() === "") return undefined;
  const seconds = Number(field);
  const ms = Number.isNaN(seconds) ? Date.parse(field) - readServerTime(headers, now) : seconds * 1000;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : undefined;
}

function readServerTime(headers: Headers, now: number): number {
  return now + (readClockOffsetMs(Object.fromEntries(headers), now) ?? 0);
}
