import { LRUCache } from "lru-cache";
import type { AccessToken } from "./access-token.ts";
import { chooseBackOffMs, LONGEST_BACK_OFF_MS } from "./back-off.ts";

/** Rejections, one after another. */
interface Rejections {
  /** Of tokens that were requested after the one before was rejected: of renewals that did not help. */
  readonly count: number;
  /** Epoch ms: no renewal before. */
  readonly until: number;
  /** When the last one that counts was noted, epoch ms. */
  readonly notedAt: number;
}

/**
 * Notices that renewals do not help: an API that answers nothing but 401, whatever the token, is misconfigured, and
 * must not turn into a storm on the authorization server. Renewals of a token client for an origin pause for a second
 * after the first whose token was rejected, then two, and so on up to a minute; any other answer ends that.
 */
export class RenewalBackOff {
  readonly #now: () => number;
  readonly #rejections: LRUCache<string, Rejections>;
  /** Any number of calls that one token was sent with count once. */
  readonly #noted = new WeakSet<AccessToken>();

  /** @param max - pairs of token client and origin that are remembered */
  constructor(now: () => number, max = 1000) {
    this.#now = now;
    this.#rejections = new LRUCache({ max });
  }

  /** Whether a renewal is not worth its request now. */
  isPausing(client: string, origin: string): boolean {
    const remainingMs = (this.#rejections.get(keyOf(client, origin))?.until ?? 0) - this.#now();
    // Longer only by a clock that was set back.
    return remainingMs > 0 && remainingMs <= LONGEST_BACK_OFF_MS;
  }

  /** To be told of every token that an API rejects. */
  noteRejected(client: string, origin: string, token: AccessToken): void {
    const key = keyOf(client, origin);
    const before = this.#rejections.get(key);
    const notedAt = this.#now();
    // One of the future is none: the clock was ahead then.
    const isFirst = before === undefined || before.notedAt > notedAt;
    if (!isFirst && this.#noted.has(token)) return;
    this.#noted.add(token);
    if (isFirst) {
      this.#rejections.set(key, { count: 0, until: 0, notedAt });
    } else if (token.issuedAt >= before.notedAt) {
      // Others were had before that rejection, and share its fate.
      const count = before.count + 1;
      this.#rejections.set(key, { count, until: notedAt + chooseBackOffMs(count), notedAt });
    }
  }

  /** An API took a token. */
  noteAccepted(client: string, origin: string): void {
    // So it is with almost every call.
    if (this.#rejections.size > 0) this.#rejections.delete(keyOf(client, origin));
  }
}

function keyOf(client: string, origin: string): string {
  return `${origin} ${client}`;
}
