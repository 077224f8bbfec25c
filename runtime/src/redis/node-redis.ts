import type { RedisConnection } from "./connection.ts";
import { type Emitter, type Progress, Subscription } from "./subscription.ts";

/** What is looked at of what `createClient`, `createClientPool`, `createCluster` or `createSentinel` of node-redis gives. */
export interface NodeRedisClient extends Emitter {
  readonly isOpen: boolean;
  /** Of a cluster. */
  readonly masters?: readonly unknown[];
  destroy(): unknown;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

interface Subscriber extends NodeRedisClient {
  subscribe(channel: string, listener: Listener): Promise<unknown>;
  unsubscribe(channel: string, listener: Listener): Promise<unknown>;
}

interface Standalone extends Subscriber {
  duplicate(): Standalone;
  connect(): Promise<unknown>;
  unref(): void;
}

interface Pool extends NodeRedisClient {
  execute(task: (client: Standalone) => Standalone): Promise<Standalone>;
}

type Listener = (message: string) => void;

export function wrapNodeRedis(client: NodeRedisClient): RedisConnection {
  // Without a listener, it would end the process.
  if (client.listenerCount("error") === 0) client.on("error", () => {});
  return {
    run: (script, key, args) => client.eval(script, { keys: [key], arguments: [...args] }),
    subscribe(channel, listener) {
      const begin = (progress: Progress) =>
        hasOwnSubscriber(client)
          ? listenOn(client, channel, listener, progress)
          : listenBeside(client as Standalone | Pool, channel, listener, progress);
      // A cluster that is not connected does not know yet where to listen.
      const isOpen = () => client.isOpen && client.masters?.length !== 0;
      const subscription = new Subscription(client, { isOpen, begin });
      return () => subscription.close();
    },
  };
}

/** Clusters and sentinels have a connection for it. */
function hasOwnSubscriber(client: NodeRedisClient): client is Subscriber {
  return "subscribe" in client && !("unref" in client);
}

function listenOn(client: Subscriber, channel: string, listener: Listener, { begun, lost }: Progress) {
  const subscribing = (async () => client.subscribe(channel, listener))();
  subscribing.then(begun, lost);
  return () => {
    subscribing.then(() => client.unsubscribe(channel, listener)).catch(() => {}); // It may be closed.
  };
}

/** A connection that listens does nothing else (RESP2): so it is another one. */
function listenBeside(
  client: Standalone | Pool,
  channel: string,
  listener: Listener,
  { begun, lost }: Progress,
) {
  let subscriber: Standalone | undefined;
  let isOver = false;
  const open = async () => {
    const own = "execute" in client ? await client.execute((one) => one.duplicate()) : client.duplicate();
    if (isOver) return;
    subscriber = own;
    own.on("error", (error) => own.isOpen || lost(error)); // It connects again, unless it was told not to.
    own.unref();
    await own.connect();
    await own.subscribe(channel, listener);
  };
  open().then(begun, lost);
  return () => {
    isOver = true;
    subscriber?.destroy();
  };
}
