import { randomUUID } from "node:crypto";
import { invalidOption, refuseUnknownOptions } from "./errors.ts";
import { type RedisClient, wrapClient } from "./redis/clients.ts";
import type { RedisConnection } from "./redis/connection.ts";
import { EXTEND, LOCK, PUT, PUT_IF, READ, RELEASE, REMOVE } from "./redis/scripts.ts";
import type { StoreLock, TokenStore } from "./token-store.ts";

export type { RedisClient } from "./redis/clients.ts";
export type { IoredisClient } from "./redis/ioredis.ts";
export type { NodeRedisClient } from "./redis/node-redis.ts";

/** How a store keeps tokens in Redis. */
export interface RedisStoreOptions {
  /** What all keys, and the channel, begin with; default `openapi-m2m:`. */
  readonly prefix?: string;
}

/** What {@link createRedisStore} makes: everything that a store may do. */
export type RedisStore = Required<TokenStore>;

/**
 * Creates a token store on Redis, Valkey, or a cluster of either.
 *
 * Each step is one script, which masters alone carry out. Of a client that listens to nothing while it sends commands, it
 * opens a second connection for what is published, when the first token is looked for: one for each prefix, however many
 * stores and token managers there are. It ends with the last of these, or with the client. The client itself is never closed.
 *
 * @param client - of ioredis or node-redis: one server, a pool, a cluster or sentinels; connected or about to be
 * @throws {TypeError} `ERR_INVALID_OPTION` for a client of another kind
 */
export function createRedisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix = "openapi-m2m:", ...unknown } = options;
  refuseUnknownOptions(unknown); // A misspelt `prefix` would share with others.
  // Braces in the prefix would be the hash tag; half a character is sent as another, which no listener expects.
  if (typeof prefix !== "string" || /[{}]/.test(prefix) || !prefix.isWellFormed())
    throw invalidOption("prefix", "must be a text without braces");
  const redis = wrapClient(client);
  const channel = `${prefix}changes`;
  // A token and its lock are in one slot of a cluster, whatever the script.
  const keyOf = (key: string) => `${prefix}{${key}}`;
  const lockOf = (key: string) => `${keyOf(key)}:lock`;
  const ms = (ttlMs: number) => String(Math.max(1, Math.ceil(ttlMs)));

  return Object.freeze({
    async get(key: string) {
      const value = await redis.run(READ, keyOf(key), []);
      return value === null || value === undefined ? undefined : String(value);
    },
    set: (key: string, value: string, ttlMs: number) =>
      redis.run(PUT, keyOf(key), [channel, key, value, ms(ttlMs)]),
    delete: (key: string) => redis.run(REMOVE, keyOf(key), [channel, key]),
    async compareAndSet(key: string, expected: string | undefined, value: string, ttlMs: number) {
      // No value of ours is empty: that is how none is told.
      return isOne(await redis.run(PUT_IF, keyOf(key), [channel, key, value, ms(ttlMs), expected ?? ""]));
    },
    async lock(key: string, ttlMs: number) {
      const owner = randomUUID();
      const isTaken = isOne(await redis.run(LOCK, lockOf(key), [owner, ms(ttlMs)]));
      return isTaken ? createLock(redis, lockOf(key), owner) : undefined;
    },
    onChange: (listener: (key: string) => void) => redis.subscribe(channel, listener),
  });
}

/** Clients may be told to give numbers as texts. */
function isOne(reply: unknown): boolean {
  return Number(reply) === 1;
}

/** Only its owner can extend or release it: the others' tag is another. */
function createLock(redis: RedisConnection, name: string, owner: string): StoreLock {
  return {
    extend: (ttlMs) => redis.run(EXTEND, name, [owner, String(Math.ceil(ttlMs))]),
    release: () => redis.run(RELEASE, name, [owner]),
  };
}
