import { invalidOption } from "./errors.ts";

/**
 * Keeps texts that processes share, for so long: Redis, a database, anything that has keys.
 *
 * `get`, `set` and `delete` are enough to share tokens. With `compareAndSet`, a slow answer of the authorization server
 * never replaces a newer token; with `lock`, one process asks while the others wait; with `onChange`, they need not wait
 * for the next time they look.
 *
 * Whatever it is given is sealed before, and read with suspicion: it may lose, delay and mix up values. It may throw
 * what it likes: that is counted as a miss.
 */
export interface TokenStore {
  /** @returns the value under the key; undefined or null where there is none */
  get(key: string): Promise<string | null | undefined>;

  /** Puts a value under the key, whatever is there, for so many ms. */
  set(key: string, value: string, ttlMs: number): Promise<unknown>;

  /** A key that is not there is none to complain about. */
  delete(key: string): Promise<unknown>;

  /**
   * {@link set}, unless there is another value by now than the expected one; as one step for all processes.
   *
   * @param expected - what {@link get} gave; undefined: there was none
   * @returns whether the value was put there
   */
  compareAndSet?(key: string, expected: string | undefined, value: string, ttlMs: number): Promise<boolean>;

  /**
   * Takes a lock that ends by itself after so many ms. Does not wait for it.
   *
   * @returns undefined while another has it
   */
  lock?(key: string, ttlMs: number): Promise<StoreLock | undefined>;

  /**
   * Calls the listener with each key whose value any process puts, replaces or deletes, and with one that is deleted
   * though it has none: so processes tell each other what has no key. Not when a value ends by itself.
   *
   * @returns what ends that
   */
  onChange?(listener: (key: string) => void): () => unknown;
}

/** A lock that was won. Both are without effect, and no error, once another has it. */
export interface StoreLock {
  /** Has it end so many ms from now. */
  extend(ttlMs: number): Promise<unknown>;
  /** Gives the lock up, if it is still held. */
  release(): Promise<unknown>;
}

const REQUIRED = ["get", "set", "delete"] as const;
const OPTIONAL = ["compareAndSet", "lock", "onChange"] as const;

/** @throws {TypeError} `ERR_INVALID_OPTION` for what lacks a method, or has something else in its place */
export function assertTokenStore(store: Partial<TokenStore> | null, option: string): void {
  const lacking = REQUIRED.find((method) => typeof store?.[method] !== "function");
  if (lacking !== undefined) {
    const rule = "must be what createRedisStore() gives, or have methods get, set and delete";
    throw invalidOption(option, `${rule}: it has no ${lacking}`);
  }
  const wrong = OPTIONAL.find((method) => !["function", "undefined"].includes(typeof store?.[method]));
  if (wrong !== undefined) throw invalidOption(option, `must have a method ${wrong} or none`);
}
