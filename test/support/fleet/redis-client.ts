import { once } from "node:events";
import type { RedisClient } from "../../../runtime/src/redis.ts";

/** Where a Redis is, and which library is to talk to it. */
export interface RedisAddress {
  readonly library: "ioredis" | "node-redis";
  readonly isCluster: boolean;
  readonly urls: readonly string[];
}

export interface ConnectedRedis {
  readonly client: RedisClient;
  disconnect(): void;
}

/** Connects as a user's process would, with what the libraries do by default. Loads only the one that is used. */
export async function connectRedis({ library, isCluster, urls }: RedisAddress): Promise<ConnectedRedis> {
  const [url] = urls as [string];
  if (library === "ioredis") {
    const { Cluster, Redis } = await import("ioredis");
    const client = isCluster ? new Cluster([...urls]) : new Redis(url);
    client.on("error", ignore);
    await once(client, "ready");
    return { client, disconnect: () => client.disconnect() };
  }
  const { createClient, createCluster } = await import("redis");
  const client = isCluster
    ? createCluster({ rootNodes: urls.map((node) => ({ url: node })) })
    : createClient({ url });
  client.on("error", ignore);
  await client.connect();
  return { client: client as unknown as RedisClient, disconnect: () => client.destroy() };
}

/** Without a listener for it, a lost connection would end the process. */
function ignore(): void {}
