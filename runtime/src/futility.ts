import type { AccessToken } from "./access-token.ts";

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;

/**
 * Notices that renewals do not help: an API that answers nothing but 401, whatever the token, is misconfigured, and
 * must not turn into a storm on the authorization server. Renewals pause for a second after the first that was in
 * vain, then two, and so on up to a minute; any other answer ends that.
 */
export class Futility {
  readonly #now: () => number;
  #renewals = 0;
  #until = 0;
  #last: AccessToken | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a renewal is worth its request now. */
  get isPausing(): boolean {
    return this.#renewals > 0 && this.#now() < this.#until;
  }

  /** A token that was requested because of a 401 was answered by a 401 too; any number of calls count once. */
  add(renewed: AccessToken): void {
    if (this.#last === renewed) return;
    this.#last = renewed;
    this.#until = this.#now() + Math.min(FIRST_BACK_OFF_MS * 2 ** this.#renewals, LONGEST_BACK_OFF_MS);
    this.#renewals++;
  }

  /** An API took a token. */
  end(): void {
    this.#renewals = 0;
  }
}
