import { LinkedItem, LinkedList } from "./linked-list.ts";

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
export class Deadline extends LinkedItem {
  readonly #expire: () => void;
  #at = 0;
  #timer: NodeJS.Timeout | undefined;

  static #pending: LinkedList<Deadline> | undefined;
  static #ticker: NodeJS.Timeout | undefined;
  /** What made the ticker: a test that has timers of its own puts another in its place, and takes it away again. */
  static #schedule: typeof setTimeout | undefined;

  constructor(expire: () => void) {
    super();
    this.#expire = expire;
  }

  set(timeoutMs: number): void {
    if (timeoutMs < LONG_MS) {
      this.#timer = setTimeout(this.#expire, timeoutMs);
      return;
    }
    this.#at = performance.now() + timeoutMs;
    Deadline.#pending ??= new LinkedList();
    if (Deadline.#pending.isEmpty || Deadline.#schedule !== setTimeout) Deadline.#startTicking();
    Deadline.#pending.add(this);
  }

  /** Does nothing where there is none. */
  clear(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.isLinked) Deadline.#pending?.remove(this);
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
    const pending = Deadline.#pending;
    for (const item of pending?.filter((item) => item.#at <= now) ?? []) {
      if (!item.isLinked) continue; // Cleared by one of those before it.
      item.clear();
      item.#expire();
    }
    if (pending?.isEmpty === false) Deadline.#ticker?.refresh();
  }
}
