import type { AccessToken } from "../access-token.ts";
import type { RenewalReason } from "../events.ts";
import { Flight } from "../flight.ts";
import type { TokenRequest } from "../token-client.ts";

/** A token under way: requested, or taken from another process. */
export interface Renewal {
  readonly request: TokenRequest;
  readonly reason: RenewalReason;
  readonly flight: Flight<AccessToken>;
  /** Whether what it brings is still wanted: not once it was invalidated meanwhile. */
  isCurrent(): boolean;
  /** Asked for while this one was under way, by callers that need a token requested after they asked. */
  next: Renewal | undefined;
}

/** Brings the token. The signal is aborted when nobody waits for it any more. */
type Obtain = (renewal: Renewal, signal: AbortSignal) => Promise<AccessToken>;

/** The renewals under way: one per key at a time, and one at most that waits for it to end. */
export class Renewals {
  readonly #obtain: Obtain;
  readonly #current = new Map<string, Renewal>();

  constructor(obtain: Obtain) {
    this.#obtain = obtain;
  }

  /** @returns the one under way, if there is one */
  find(key: string): Renewal | undefined {
    return this.#current.get(key);
  }

  /** Starts one where none is under way. */
  start(request: TokenRequest, reason: RenewalReason): Renewal {
    const renewal = this.#create(request, reason);
    // Registered before it starts: whoever asks from then on, a subscriber too, joins it.
    this.#current.set(request.key, renewal);
    renewal.flight.start();
    return renewal;
  }

  /** One that begins after this call: a new one, or the next, which all who want one meanwhile share. */
  force(request: TokenRequest): Renewal {
    const current = this.find(request.key);
    if (current === undefined) return this.start(request, "forced");
    if (current.next === undefined) {
      const next = this.#create(request, "forced");
      current.next = next;
      const start = () => next.flight.start();
      current.flight.outcome.then(start, start); // Whether the current one fails is its own callers' business.
    }
    return current.next;
  }

  /** Has nobody else join the one under way; the one that waits for it to end, if any, takes its place. */
  detach(key: string): void {
    const next = this.find(key)?.next;
    if (next === undefined) this.#current.delete(key);
    else this.#current.set(key, next);
  }

  /** {@link detach} for every token of a client. */
  detachClient(clientName: string): void {
    for (const [key, { request }] of this.#current) {
      if (request.client.name === clientName) this.detach(key);
    }
  }

  #create(request: TokenRequest, reason: RenewalReason): Renewal {
    const isCurrent = () => this.find(request.key) === renewal;
    const work = async (signal: AbortSignal) => {
      try {
        return await this.#obtain(renewal, signal);
      } finally {
        if (isCurrent()) this.detach(request.key);
      }
    };
    const flight = new Flight(work, () => this.#forget(renewal));
    const renewal: Renewal = { request, reason, flight, isCurrent, next: undefined };
    return renewal;
  }

  /** Nobody waits for it any more. */
  #forget(renewal: Renewal): void {
    const { key } = renewal.request;
    const current = this.find(key);
    if (current === renewal) this.detach(key);
    else if (current?.next === renewal) current.next = undefined;
  }
}
