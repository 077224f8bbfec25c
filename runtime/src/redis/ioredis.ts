import type { RedisConnection } from "./connection.ts";
import { type Emitter, type Progress, Subscription } from "./subscription.ts";

/** What is looked at of a `Redis` or `Cluster` of ioredis. */
export interface IoredisClient extends Emitter {
  readonly isCluster: boolean;
  readonly status: string;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

interface Standalone extends IoredisClient {
  readonly stream?: { unref?(): void };
  duplicate(override: typeof SUBSCRIBER_OPTIONS): Standalone;
  disconnect(): void;
}

/** It may wait for its connection, however long that takes, and subscribes whenever it has one. */
const SUBSCRIBER_OPTIONS = {
  autoResubscribe: false,
  commandTimeout: undefined,
  enableOfflineQueue: true,
  lazyConnect: false,
  maxRetriesPerRequest: null,
};

export function wrapIoredis(client: IoredisClient): RedisConnection {
  return {
    run: (script, key, args) => client.eval(script, 1, key, ...args),
    subscribe(channel, listener) {
      const hear = (from: string, message: string) => from === channel && listener(message);
      const begin = (progress: Progress) =>
        client.isCluster
          ? listenOnCluster(client, channel, hear, progress)
          : listenBeside(client as Standalone, channel, hear, progress);
      // A cluster that is not ready does not know yet where to listen.
      const isOpen = () => (client.isCluster ? client.status === "ready" : client.status !== "end");
      const subscription = new Subscription(client, { isOpen, begin });
      return () => subscription.close();
    },
  };
}

type Hear = (from: string, message: string) => void;

/** A connection that listens does nothing else (RESP2): so it is another one. */
function listenBeside(client: Standalone, channel: string, hear: Hear, { begun, lost }: Progress) {
  const subscriber = client.duplicate(SUBSCRIBER_OPTIONS);
  subscriber.on("message", hear);
  subscriber.on("error", () => {}); // The client's is the same, and it prints what nobody listens to.
  subscriber.on("connect", () => subscriber.stream?.unref?.());
  subscriber.on("ready", () => subscriber.subscribe(channel).then(begun, lost));
  subscriber.on("end", () => lost());
  return () => {
    subscriber.off("message", hear);
    subscriber.disconnect();
  };
}

/** A cluster has a connection for it, to any of its nodes. */
function listenOnCluster(client: IoredisClient, channel: string, hear: Hear, { begun, lost }: Progress) {
  const subscribe = () => client.subscribe(channel).then(begun, lost);
  client.on("message", hear);
  client.on("ready", subscribe);
  subscribe();
  return () => {
    client.off("message", hear);
    client.off("ready", subscribe);
    // Others may listen to the same channel.
    if (client.listenerCount("message") === 0) client.unsubscribe(channel).catch(() => {});
  };
}
