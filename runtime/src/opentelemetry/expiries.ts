import type { ObservableResult } from "@opentelemetry/api";
import { ATTRIBUTE, type Names } from "./attributes.ts";

/** When tokens of one client expire; epoch ms. */
interface Expiry {
  /** The earliest of those given out before the last collection, after the one before. */
  shown: number;
  /** The earliest of those given out since. */
  next: number;
}

/**
 * Knows how long the tokens that calls were given have to live: of each client, the one that expires first; 0 once it has.
 * Where no call is made, that is as it should be. It is said nevertheless: SDKs go on to export what was said last.
 */
export class Expiries {
  readonly #names: Names;
  readonly #now: () => number;
  readonly #expiries = new Map<string, Expiry>();

  constructor(names: Names, now: () => number) {
    this.#names = names;
    this.#now = now;
  }

  note(client: string, expiresAt: number): void {
    const name = this.#names.nameOf(client);
    const expiry = this.#expiries.get(name);
    if (expiry === undefined) this.#expiries.set(name, { shown: expiresAt, next: expiresAt });
    else if (expiresAt < expiry.next) expiry.next = expiresAt;
  }

  observe(result: ObservableResult): void {
    const now = this.#now();
    for (const [name, expiry] of this.#expiries) {
      if (expiry.next !== Number.POSITIVE_INFINITY) expiry.shown = expiry.next;
      expiry.next = Number.POSITIVE_INFINITY;
      const leftSeconds = Math.max(0, expiry.shown - now) / 1000;
      result.observe(leftSeconds, { [ATTRIBUTE.clientName]: name });
    }
  }
}
