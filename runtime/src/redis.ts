import { randomUUID } from "node:crypto";
import { invalidOption } from "./errors.ts";
import { type RedisClient, type RedisConnection, wrapClient } from "./redis/clients.ts";
import { EXTEND, LOCK, PUT, PUT_IF, RELEASE, REMOVE } from "./redis/scripts.ts";
import type { StoreLock, TokenStore } from "./token-store.ts";

export type { IoredisClient, NodeRedisClient, RedisClient } from "./redis/clients.ts";

export interface RedisStoreOptions {
  /** What all keys, and the channel, begin with; default `openapi-m2m:`. */
  readonly prefix?: string;
}

/** What {@link createRedisStore} makes: everything that a store may do. */
export type RedisStore = Required<TokenStore>;

/**
 * Creates a token store on Redis, Valkey, or a cluster of either.
 *
 * Needs `GET`, `SET`, `DEL`, `PEXPIRE`, `EVAL`, `PUBLISH` and `SUBSCRIBE`. Of a client that is no cluster, it opens a
 * second connection for what is published, when the first token is looked for; that is closed with the token manager,
 * the client itself never.
 *
 * @param client - of ioredis or node-redis, connected or about to be
 * @throws {TypeError} `ERR_INVALID_OPTION` for a client of another kind
 */
export function createRedisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix = "openapi-m2m:" } = options;
  // Braces in the prefix would be the hash tag.
  if (typeof prefix !== "string" || /[{}]/.test(prefix))
    throw invalidOption("prefix", "must be a text without braces");
  const redis = wrapClient(client);
  const channel = `${prefix}changes`;
  // A token and its lock are in one slot of a cluster, whatever the script.
  const keyOf = (key: string) => `${prefix}{${key}}`;
  const lockOf = (key: string) => `${keyOf(key)}:lock`;
  const ms = (ttlMs: number) => String(Math.max(1, Math.ceil(ttlMs)));

  return Object.freeze({
    get: (key: string) => redis.get(keyOf(key)),
    set: (key: string, value: string, ttlMs: number) =>
      redis.run(PUT, keyOf(key), [channel, key, value, ms(ttlMs)]),
    delete: (key: string) => redis.run(REMOVE, keyOf(key), [channel, key]),
    async compareAndSet(key: string, expected: string | undefined, value: string, ttlMs: number) {
      // No value is empty: that is how none is told.
      return (await redis.run(PUT_IF, keyOf(key), [channel, key, value, ms(ttlMs), expected ?? ""])) === 1;
    },
    async lock(key: string, ttlMs: number) {
      const owner = randomUUID();
      const isTaken = (await redis.run(LOCK, lockOf(key), [owner, ms(ttlMs)])) === 1;
      return isTaken ? createLock(redis, lockOf(key), owner) : undefined;
    },
    onChange: (listener: (key: string) => void) => redis.subscribe(channel, listener),
  });
}

/** Only its owner can extend or release it: the others' tag is another. */
function createLock(redis: RedisConnection, name: string, owner: string): StoreLock {
  return {
    extend: (ttlMs) => redis.run(EXTEND, name, [owner, String(Math.ceil(ttlMs))]),
    release: () => redis.run(RELEASE, name, [owner]),
  };
}
