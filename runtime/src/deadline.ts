/** How late a long timeout may be. */
const TICK_MS = 50;
/** Shorter ones get a timer each, to be on time. */
const LONG_MS = 1000;

/**
 * What ends by itself unless its deadline is taken back before.
 *
 * Almost every call has a timeout and almost none meets it: long ones share one timer, which looks after all of them,
 * since a timer for each costs more than most of what surrounds a call.
 */
export class Deadline {
  readonly #expire: () => void;
  #at = 0;
  #timer: NodeJS.Timeout | undefined;
  // A list without a container: those under way change with every call.
  #isListed = false;
  #previous: Deadline | undefined;
  #next: Deadline | undefined;

  static #first: Deadline | undefined;
  static #ticker: NodeJS.Timeout | undefined;
  /** What made the ticker: a test that has timers of its own puts another in its place, and takes it away again. */
  static #schedule: typeof setTimeout | undefined;

  constructor(expire: () => void) {
    this.#expire = expire;
  }

  set(timeoutMs: number): void {
    if (timeoutMs < LONG_MS) {
      this.#timer = setTimeout(this.#expire, timeoutMs);
      return;
    }
    this.#at = performance.now() + timeoutMs;
    this.#isListed = true;
    this.#next = Deadline.#first;
    if (this.#next !== undefined) this.#next.#previous = this;
    if (this.#next === undefined || Deadline.#schedule !== setTimeout) Deadline.#startTicking();
    Deadline.#first = this;
  }

  /** Does nothing where there is none. */
  clear(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (!this.#isListed) return;
    if (this.#previous === undefined) Deadline.#first = this.#next;
    else this.#previous.#next = this.#next;
    if (this.#next !== undefined) this.#next.#previous = this.#previous;
    this.#isListed = false;
    this.#previous = undefined;
    this.#next = undefined;
  }

  /** Holds no process open: what is waited for does. */
  static #startTicking(): void {
    if (Deadline.#ticker !== undefined && Deadline.#schedule === setTimeout) {
      Deadline.#ticker.refresh();
      return;
    }
    Deadline.#schedule = setTimeout;
    Deadline.#ticker = setTimeout(Deadline.#tick, TICK_MS).unref();
  }

  static #tick(): void {
    const now = performance.now();
    const due: Deadline[] = [];
    for (let item = Deadline.#first; item !== undefined; item = item.#next) {
      if (item.#at <= now) due.push(item);
    }
    for (const item of due) {
      if (!item.#isListed) continue; // Cleared by one of those before it.
      item.clear();
      item.#expire();
    }
    if (Deadline.#first !== undefined) Deadline.#ticker?.refresh();
  }
}
