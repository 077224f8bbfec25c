import { LRUCache } from "lru-cache";
import { Flight } from "./flight.ts";

/** A value, and for how long it need not be loaded again. */
export interface Loaded<T> {
  readonly value: T;
  readonly keepMs: number;
}

export interface RefreshingCacheOptions<T> {
  /** How many values are kept; the least recently used go first. */
  readonly max: number;
  /** Epoch ms. */
  readonly now: () => number;
  /**
   * Loads the value of a key. Where that fails, it may give the last one again, to serve until the next try.
   *
   * @param signal - tells that nobody waits any more
   * @param isCurrent - whether what is loaded will be kept: not once the key was expired meanwhile
   */
  readonly load: (
    key: string,
    signal: AbortSignal,
    last: T | undefined,
    isCurrent: () => boolean,
  ) => Promise<Loaded<T>>;
  /** How long a load is waited for where there is a last value to go on with; default to its end. */
  readonly patienceMs?: number;
}

interface Entry<T> extends Loaded<T> {
  readonly loadedAt: number;
}

/** The cache would make an object for those that it is not given, on each call. */
const NO_OPTIONS = {};

/**
 * Keeps what is loaded by key, each for as long as its loader says, and the last value beyond that.
 *
 * All who ask meanwhile share one load; a signal ends the wait of its owner alone. A failure is not kept.
 */
export class RefreshingCache<T extends object> {
  readonly #options: RefreshingCacheOptions<T>;
  readonly #entries: LRUCache<string, Entry<T>>;
  readonly #flights = new Map<string, Flight<T>>();

  constructor(options: RefreshingCacheOptions<T>) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.max });
  }

  /** The value, if it need not be loaded. */
  peek(key: string): T | undefined {
    const entry = this.#entries.get(key, NO_OPTIONS);
    return entry !== undefined && this.#isFresh(entry) ? entry.value : undefined;
  }

  /** The value, once it is loaded if need be. */
  async find(key: string, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const entry = this.#entries.get(key, NO_OPTIONS);
    if (entry !== undefined && this.#isFresh(entry)) return entry.value;
    const loaded = (this.#flights.get(key) ?? this.#start(key)).join(signal);
    const { patienceMs } = this.#options;
    if (entry === undefined || patienceMs === undefined) return loaded;
    const { promise: late, resolve } = Promise.withResolvers<T>();
    const timer = setTimeout(() => resolve(this.#prolong(key, entry)), patienceMs).unref();
    return Promise.race([loaded, late]).finally(() => clearTimeout(timer));
  }

  /**
   * The last value, however old, which is renewed in the background if need be; where there is none, it is loaded.
   *
   * @see RFC 5861 §3
   */
  async findStale(key: string, signal?: AbortSignal): Promise<T> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return this.find(key, signal);
    if (!this.#isFresh(entry) && !this.#flights.has(key)) this.#start(key).retain();
    return entry.value;
  }

  /** Has the value loaded anew, whatever is being loaded now; the last one is kept. */
  expire(key: string): void {
    const entry = this.#entries.peek(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, keepMs: 0 });
    this.#flights.delete(key);
  }

  /** Drops a value that proved wrong, unless there is another by now. */
  delete(key: string, wrong: T | undefined): void {
    if (this.#entries.peek(key)?.value === wrong) this.#entries.delete(key);
  }

  /** Whoever comes while the load goes on need not be as patient. */
  #prolong(key: string, entry: Entry<T>): T {
    const { now, patienceMs = 0 } = this.#options;
    if (this.#entries.peek(key) === entry) {
      this.#entries.set(key, { ...entry, keepMs: Math.abs(now() - entry.loadedAt) + patienceMs });
    }
    return entry.value;
  }

  /** A clock that was set back makes nothing last longer. */
  #isFresh({ loadedAt, keepMs }: Entry<T>): boolean {
    return Math.abs(this.#options.now() - loadedAt) < keepMs;
  }

  #start(key: string): Flight<T> {
    const { load, now } = this.#options;
    const last = this.#entries.peek(key)?.value;
    const isCurrent = () => this.#flights.get(key) === flight;
    const end = () => {
      if (isCurrent()) this.#flights.delete(key);
    };
    const work = async (signal: AbortSignal) => {
      try {
        const loaded = await load(key, signal, last, isCurrent);
        if (isCurrent()) this.#entries.set(key, { ...loaded, loadedAt: now() });
        return loaded.value;
      } finally {
        end();
      }
    };
    const flight = new Flight(work, end);
    this.#flights.set(key, flight);
    return flight.start();
  }
}
