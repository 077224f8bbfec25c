import { LRUCache } from "lru-cache";
import type { AccessToken } from "./access-token.ts";
import { chooseBackOffMs } from "./back-off.ts";

/** Renewals whose tokens an API rejected, one after another. */
interface Rejections {
  readonly count: number;
  /** Epoch ms: no renewal before. */
  readonly until: number;
  /** The last token; any number of calls that it was re-sent with count once. */
  readonly token: AccessToken;
}

/**
 * Notices that renewals do not help: an API that answers nothing but 401, whatever the token, is misconfigured, and
 * must not turn into a storm on the authorization server. Renewals of a token client for an origin pause for a second
 * after the first whose token was rejected, then two, and so on up to a minute; any other answer ends that.
 */
export class RenewalBackOff {
  readonly #now: () => number;
  readonly #rejections = new LRUCache<string, Rejections>({ max: 1000 });

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a renewal is not worth its request now. */
  isPausing(client: string, origin: string): boolean {
    const rejections = this.#rejections.get(keyOf(client, origin));
    return rejections !== undefined && this.#now() < rejections.until;
  }

  /** A token that was requested because of a 401 was answered by a 401 too. */
  noteRejected(client: string, origin: string, token: AccessToken): void {
    const key = keyOf(client, origin);
    const before = this.#rejections.get(key);
    if (before?.token === token) return;
    const count = (before?.count ?? 0) + 1;
    this.#rejections.set(key, { count, until: this.#now() + chooseBackOffMs(count), token });
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
