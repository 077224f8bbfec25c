import type { RedisConnection } from "./connection.ts";

type Subscribe = RedisConnection["subscribe"];
type Listener = Parameters<Subscribe>[1];

interface Channel {
  /** Each in an object of its own: the same function may listen twice. */
  readonly listeners: Set<{ readonly hear: Listener }>;
  readonly end: () => unknown;
}

/** By client, then by name. */
const channels = new WeakMap<object, Map<string, Channel>>();

/**
 * Listens to each channel of a client once, with one connection, however many stores and managers there are: each by itself
 * would have node warn of a leak when there are eleven.
 */
export function shareChannels(client: object, subscribe: Subscribe): Subscribe {
  const own = channels.get(client) ?? new Map<string, Channel>();
  channels.set(client, own);
  return (name, hear) => {
    const channel = own.get(name) ?? openChannel(name, subscribe);
    own.set(name, channel);
    const listener = { hear };
    channel.listeners.add(listener);
    return () => {
      if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return undefined;
      own.delete(name);
      return channel.end();
    };
  };
}

function openChannel(name: string, subscribe: Subscribe): Channel {
  const listeners: Channel["listeners"] = new Set();
  const end = subscribe(name, (message) => {
    for (const { hear } of listeners) hear(message);
  });
  return { listeners, end };
}
