import { invalidOption } from "../errors.ts";

/** What is used of a `Redis` or `Cluster` of ioredis. */
export interface IoredisClient extends Emitter {
  readonly isCluster: boolean;
  get(key: string): Promise<string | null>;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a Cluster's takes other arguments, and is not called
  duplicate(override: any): IoredisClient;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  disconnect(): void;
}

/** What is used of what `createClient`, `createClientPool` or `createCluster` of node-redis gives. */
export interface NodeRedisClient extends Emitter {
  readonly isOpen: boolean;
  get(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  duplicate(): NodeRedisClient;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: typed as one for texts and bytes alike
  unsubscribe(channel: string, listener: any): Promise<unknown>;
  destroy(): void;
}

/** A client of ioredis or node-redis, of one server or of a cluster. */
export type RedisClient = IoredisClient | NodeRedisClient;

interface Emitter {
  // biome-ignore lint/suspicious/noExplicitAny: the libraries type each of their events
  on(event: any, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: any, listener: (...args: any[]) => void): unknown;
}

/** What the store does, the same for every client. */
export interface RedisConnection {
  get(key: string): Promise<string | null>;
  run(script: string, key: string, args: readonly string[]): Promise<unknown>;
  /**
   * Listens to a channel, on a connection of its own where it needs one. That one reconnects by itself, holds no
   * process open, and its failures are those of the client, which reports them.
   *
   * @returns what ends it
   */
  subscribe(channel: string, listener: (message: string) => void): () => unknown;
}

/** @throws {TypeError} `ERR_INVALID_OPTION` for what is a client of neither library */
export function wrapClient(client: RedisClient): RedisConnection {
  const { isCluster, isOpen, eval: run } = Object(client) as Partial<IoredisClient & NodeRedisClient>;
  if (typeof run === "function" && typeof isCluster === "boolean")
    return wrapIoredis(client as IoredisClient);
  if (typeof run === "function" && typeof isOpen === "boolean")
    return wrapNodeRedis(client as NodeRedisClient);
  throw invalidOption("client", "must be a client of ioredis or node-redis");
}

function wrapIoredis(client: IoredisClient): RedisConnection {
  return {
    get: (key) => client.get(key),
    run: (script, key, args) => client.eval(script, 1, key, ...args),
    subscribe(channel, listener) {
      // A cluster has a connection apart for it.
      const subscriber = client.isCluster ? client : client.duplicate(SUBSCRIBER_OPTIONS);
      const hear = (from: string, message: string) => from === channel && listener(message);
      subscriber.on("message", hear);
      if (subscriber !== client) {
        subscriber.on("error", () => {}); // Without a listener, it would end the process.
        subscriber.on("connect", () => (subscriber as { stream?: { unref?(): void } }).stream?.unref?.());
      }
      subscriber.subscribe(channel).catch(() => {}); // It subscribes when it is connected again.
      return async () => {
        subscriber.off("message", hear);
        if (subscriber !== client) subscriber.disconnect();
        else await subscriber.unsubscribe(channel).catch(() => {});
      };
    },
  };
}

/** It may wait for its connection, however long that takes. */
const SUBSCRIBER_OPTIONS = { enableOfflineQueue: true, maxRetriesPerRequest: null, lazyConnect: false };

function wrapNodeRedis(client: NodeRedisClient): RedisConnection {
  return {
    get: async (key) => (await client.get(key)) as string | null,
    run: (script, key, args) => client.eval(script, { keys: [key], arguments: [...args] }),
    subscribe(channel, listener) {
      // A cluster has a connection apart for it.
      const subscriber = "masters" in client ? client : client.duplicate();
      const open = async () => {
        if (subscriber !== client) {
          subscriber.on("error", () => {}); // Without a listener, it would end the process.
          (subscriber as { unref?: () => void }).unref?.();
          await subscriber.connect();
        }
        await subscriber.subscribe(channel, listener);
      };
      const opening = open().catch(() => {});
      return async () => {
        if (subscriber !== client) subscriber.destroy();
        else await opening.then(() => subscriber.unsubscribe(channel, listener)).catch(() => {});
      };
    },
  };
}
