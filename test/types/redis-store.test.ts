import {
  createTokenManager,
  type TokenClient,
  type TokenManager,
  type TokenStore,
} from "@openapi-m2m/runtime";
import { createRedisStore, type RedisStore } from "@openapi-m2m/runtime/redis";
import { Cluster, Redis } from "ioredis";
import {
  createClient,
  createClientPool,
  createCluster,
  createSentinel,
  RESP_TYPES,
  type RedisClientType,
} from "redis";
import { describe, expectTypeOf, test } from "vitest";

declare const store: RedisStore;

const url = "redis://127.0.0.1";
const sentinel = { name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 26_379 }] };

describe("createRedisStore", () => {
  test("takes the clients of ioredis", () => {
    const take = () => [
      createRedisStore(new Redis(url)),
      createRedisStore(new Redis({ host: "127.0.0.1", protocol: 3, lazyConnect: true })),
      createRedisStore(new Redis({ sentinels: [{ host: "127.0.0.1" }], name: "main" })),
      createRedisStore(new Cluster([url])),
      createRedisStore(new Redis.Cluster([{ host: "127.0.0.1" }], { scaleReads: "slave" })),
    ];
    expectTypeOf(take).returns.items.toEqualTypeOf<RedisStore>();
  });

  test("takes the clients of node-redis", () => {
    const take = () => [
      createRedisStore(createClient({ url })),
      createRedisStore(createClient({ url, RESP: 2 })),
      createRedisStore(createClient({ url, RESP: 3 })),
      createRedisStore(createClient().withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })),
      createRedisStore(createClientPool({ url })),
      createRedisStore(createClient({ url }).createPool()),
      createRedisStore(createCluster({ rootNodes: [{ url }] })),
      createRedisStore(createSentinel(sentinel)),
    ];
    expectTypeOf(take).returns.items.toEqualTypeOf<RedisStore>();
    expectTypeOf(createRedisStore).toBeCallableWith({} as RedisClientType);
  });

  test("takes nothing else", () => {
    const take = () => [
      // @ts-expect-error: no client
      createRedisStore(url),
      // @ts-expect-error: what has keys and values, and no scripts
      createRedisStore(new Map<string, string>()),
      // @ts-expect-error: a store already
      createRedisStore(store),
      // @ts-expect-error: misspelt
      createRedisStore(new Redis(url), { keyPrefix: "m2m:" }),
    ];
    expectTypeOf(take).toBeFunction();
  });

  test("gives a store that has everything a store may have", () => {
    expectTypeOf(createRedisStore).returns.toExtend<TokenStore>();
    expectTypeOf<RedisStore>().toHaveProperty("lock").not.toBeNullable();
  });
});

describe("cache.store", () => {
  const clients: { "catalog.client": TokenClient } = Object();
  const encryption = "none";

  test("takes a store of Redis", () => {
    const create = () => createTokenManager({ clients, cache: { max: 10, store, encryption } });
    expectTypeOf(create).returns.toEqualTypeOf<TokenManager<"catalog.client">>();
  });

  test("takes one that only gets, sets and deletes", () => {
    const texts = new Map<string, string>();
    const plain = {
      get: async (key: string) => texts.get(key),
      set: async (key: string, value: string) => void texts.set(key, value),
      delete: async (key: string) => texts.delete(key),
    };
    const create = () => createTokenManager({ clients, cache: { store: plain, encryption } });
    expectTypeOf(create).returns.toEqualTypeOf<TokenManager<"catalog.client">>();
  });

  test("takes none that can't delete, and no encryption that is neither keys nor none", () => {
    const create = () => [
      // @ts-expect-error: no delete
      createTokenManager({ clients, cache: { store: { get: async () => null, set: async () => {} } } }),
      // @ts-expect-error: misspelt
      createTokenManager({ clients, cache: { store, encryption: "off" } }),
      // @ts-expect-error: a key without an id
      createTokenManager({ clients, cache: { store, encryption: { keys: [{ key: "…" }] } } }),
    ];
    expectTypeOf(create).toBeFunction();
  });
});
