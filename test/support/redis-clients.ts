import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster } from "redis";
import type { RedisClient } from "../../runtime/src/redis.ts";
import { using } from "./disposal.ts";
import { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

/** Where the clients of tests connect to. */
export interface RedisServers extends AsyncDisposable {
  readonly server: RedisServer;
  readonly cluster: RedisCluster;
}

export async function startRedisServers(): Promise<RedisServers> {
  const [server, cluster] = await Promise.all([startRedisServer(), startRedisCluster()]);
  return {
    server,
    cluster,
    async [Symbol.asyncDispose]() {
      await Promise.all([server[Symbol.asyncDispose](), cluster[Symbol.asyncDispose]()]);
    },
  };
}

/** Each gives a client that is connected, until the test that is running ends. */
export const redisClients: Readonly<Record<string, (servers: RedisServers) => Promise<RedisClient>>> = {
  "ioredis, of one server": ({ server }) => useIoredis(new Redis(server.url)),
  "ioredis, RESP3 and pipelines by itself": ({ server }) =>
    useIoredis(new Redis(server.port, { protocol: 3, enableAutoPipelining: true })),
  "ioredis, of a cluster": ({ cluster }) => useIoredis(new Cluster(cluster.nodes.map(({ url }) => url))),
  "node-redis, of one server": ({ server }) => useNodeRedis(createClient({ url: server.url })),
  "node-redis, RESP2": ({ server }) => useNodeRedis(createClient({ url: server.url, RESP: 2 })),
  "node-redis, a pool": ({ server }) => useNodeRedis(createClientPool({ url: server.url })),
  "node-redis, of a cluster": ({ cluster }) =>
    useNodeRedis(createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) })),
};

/** Has a client of ioredis closed when the test that is running ends. */
export async function useIoredis<Client extends Redis | Cluster>(client: Client): Promise<Client> {
  client.on("error", () => {}); // Servers are killed on purpose.
  await using({ [Symbol.asyncDispose]: async () => client.disconnect() });
  return client;
}

interface NodeRedis {
  connect(): Promise<unknown>;
  destroy(): unknown;
  readonly isOpen: boolean;
}

/** Connects a client of node-redis until the test that is running ends. */
export async function useNodeRedis<Client extends NodeRedis>(client: Client): Promise<Client> {
  await client.connect();
  await using({ [Symbol.asyncDispose]: async () => void (client.isOpen && (await client.destroy())) });
  return client;
}
