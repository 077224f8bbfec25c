import { LRUCache } from "lru-cache";
import type { AccessToken } from "./access-token.ts";

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;

/** Renewals that were in vain, one after another. */
interface Futility {
  readonly renewals: number;
  /** Epoch ms: no renewal before. */
  readonly until: number;
  /** The token of the last one; any number of calls that it was re-sent with count once. */
  readonly last: AccessToken;
}

/**
 * Notices that renewals do not help: an API that answers nothing but 401, whatever the token, is misconfigured, and
 * must not turn into a storm on the authorization server. Renewals of a token client for an origin pause for a second
 * after the first that was in vain, then two, and so on up to a minute; any other answer ends that.
 */
export class FutileRenewals {
  readonly #now: () => number;
  readonly #futile = new LRUCache<string, Futility>({ max: 1000 });

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a renewal is not worth its request now. */
  arePausing(client: string, origin: string): boolean {
    const futility = this.#futile.get(keyOf(client, origin));
    return futility !== undefined && this.#now() < futility.until;
  }

  /** A token that was requested because of a 401 was answered by a 401 too. */
  add(client: string, origin: string, renewed: AccessToken): void {
    const key = keyOf(client, origin);
    const before = this.#futile.get(key);
    if (before?.last === renewed) return;
    const renewals = before?.renewals ?? 0;
    const until = this.#now() + Math.min(FIRST_BACK_OFF_MS * 2 ** renewals, LONGEST_BACK_OFF_MS);
    this.#futile.set(key, { renewals: renewals + 1, until, last: renewed });
  }

  /** An API took a token. */
  end(client: string, origin: string): void {
    // So it is with almost every call.
    if (this.#futile.size > 0) this.#futile.delete(keyOf(client, origin));
  }
}

function keyOf(client: string, origin: string): string {
  return `${origin} ${client}`;
}
