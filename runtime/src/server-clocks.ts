import { LRUCache } from "lru-cache";

/** Fields of an answer by which its server tells the time. */
export interface DatedFields {
  readonly date?: string | readonly string[] | null | undefined;
  /** Only a cache's answer has it, and an old date. */
  readonly age?: string | readonly string[] | null | undefined;
}

/** Differences below this are none: `Date` counts whole seconds, and the answer was on its way. */
const LEAST_OFFSET_MS = 5000;

/**
 * Knows how far the clocks of servers are from ours, so that what is signed for them has a time that they take though
 * this machine's clock is wrong: DPoP proofs and client assertions.
 */
export class ServerClocks {
  /** By server: an origin, or whatever else tells apart who answers. */
  readonly #offsets: LRUCache<string, number>;

  /** @param max - how many servers are remembered; the least recently used go first */
  constructor(max = 1000) {
    this.#offsets = new LRUCache({ max });
  }

  /** Ms to add to our clock; 0 where nothing is known. */
  offsetMs(server: string): number {
    return this.#offsets.get(server) ?? 0;
  }

  /**
   * Learns from an answer that refuses what was signed. Not to be told of others: their dates may be of whoever stands
   * before the server. Where it does not tell, what was learnt before is in doubt, and forgotten.
   *
   * @param now - epoch ms, by our clock
   */
  note(server: string, fields: DatedFields, now: number): void {
    const offsetMs = readClockOffsetMs(fields, now);
    if (offsetMs !== undefined && isMaterial(offsetMs)) this.#offsets.set(server, offsetMs);
    else this.#offsets.delete(server);
  }

  /** Whether what is signed now would have a materially different time than with an offset that was used before. */
  isOutdated(server: string, offsetMs: number): boolean {
    return isMaterial(this.offsetMs(server) - offsetMs);
  }
}

/**
 * By how much a server's clock is ahead of ours, or behind if it is negative.
 *
 * @param now - epoch ms, by our clock
 * @returns undefined where the answer does not tell
 */
export function readClockOffsetMs({ date, age }: DatedFields, now: number): number | undefined {
  // Of the three forms of a date, the one that names no time zone is left out: it would be read as local time.
  if (typeof date !== "string" || !date.endsWith(" GMT") || (age ?? undefined) !== undefined)
    return undefined;
  const offsetMs = Date.parse(date) - now;
  return Number.isFinite(offsetMs) ? offsetMs : undefined;
}

function isMaterial(offsetMs: number): boolean {
  return Math.abs(offsetMs) >= LEAST_OFFSET_MS;
}
