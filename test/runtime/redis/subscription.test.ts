import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { expect, test } from "vitest";
import { createRedisStore, type NodeRedisClient, type RedisClient } from "../../../runtime/src/redis.ts";
import { describeWithServer } from "../../support/describe-with-redis.ts";
import { using } from "../../support/disposal.ts";
import { recordEvents } from "../../support/recorded-events.ts";
import { useIoredis, useNodeRedis } from "../../support/redis-clients.ts";
import { eventually, listen, waitUntilHeard } from "../../support/redis-listener.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";

/** With the one that asks. */
async function countConnections(server: RedisServer): Promise<number> {
  return String(await server.run("CLIENT", "LIST"))
    .trim()
    .split("\n").length;
}

describeWithServer("onChange", () => {
  const open: Record<string, (url: string) => Promise<RedisClient>> = {
    ioredis: (url) => useIoredis(new Redis(url)),
    "node-redis": (url) => useNodeRedis(createClient({ url })),
    "a pool of node-redis": (url) => useNodeRedis(createClientPool({ url })),
  };

  test.each(Object.entries(open))("goes on when the server is back: %s", async (_, connect) => {
    const server = await using(startRedisServer());
    const store = createRedisStore(await connect(server.url));
    const heard = listen(store);
    await waitUntilHeard(store, heard);
    await server.kill();
    heard.length = 0;
    await server.restart();
    await waitUntilHeard(store, heard);
  });

  test.each([
    ["ioredis", (url: string) => useIoredis(new Redis(url, { lazyConnect: true }))],
    ["node-redis", async (url: string) => createClient({ url })],
  ])("begins once the client is connected: %s", async (_, create) => {
    const server = await using(startRedisServer());
    const client = await create(server.url);
    const heard = listen(createRedisStore(client));
    if (client instanceof Redis) await client.connect();
    else await useNodeRedis(client);
    const store = createRedisStore(await useIoredis(new Redis(server.url)));
    await waitUntilHeard(store, heard);
  });

  test.each([
    [
      "ioredis",
      (url: string) => useIoredis(new Redis(url)),
      (client: RedisClient) => (client as Redis).disconnect(),
    ],
    [
      "node-redis",
      (url: string) => useNodeRedis(createClient({ url })),
      (client: RedisClient) => (client as NodeRedisClient).destroy(),
    ],
  ])("leaves no connection when the client is closed before the store: %s", async (_, connect, close) => {
    const server = await using(startRedisServer());
    const client = await connect(server.url);
    const store = createRedisStore(client);
    await waitUntilHeard(store, listen(store));
    close(client);
    await eventually(async () => expect(await countConnections(server)).toBe(1));
  });

  test.each(Object.entries(open))(
    "leaves neither a connection nor a listener when it is ended: %s",
    async (_, connect) => {
      const server = await using(startRedisServer());
      const client = await connect(server.url);
      const listenerCounts = () =>
        ["connect", "ready", "end", "disconnect", "message"].map((event) => client.listenerCount(event));
      const before = listenerCounts();
      const connections = await countConnections(server);
      const store = createRedisStore(client);
      const heard: string[] = [];
      const stop = store.onChange((key) => heard.push(key));
      await waitUntilHeard(store, heard);
      expect(await countConnections(server)).toBe(connections + 1);
      await stop();
      await eventually(async () => expect(await countConnections(server)).toBe(connections));
      expect(listenerCounts()).toEqual(before);
    },
  );

  test.each(Object.entries(open))(
    "listens once for any number of stores over one client, until the last of them ends: %s",
    async (_, connect) => {
      const server = await using(startRedisServer());
      const client = await connect(server.url);
      const listenerCounts = () =>
        ["connect", "ready", "end", "disconnect", "message"].map((event) => client.listenerCount(event));
      const connections = await countConnections(server);
      const stores = Array.from({ length: 20 }, () => createRedisStore(client));
      const counts: number[][] = [];
      const heard = stores.map((): string[] => []);
      const stops = stores.map((store, index) => {
        const stop = store.onChange((key) => heard[index]?.push(key));
        counts.push(listenerCounts());
        return stop;
      });
      expect(counts.at(-1)).toEqual(counts[0]);
      const [first = createRedisStore(client)] = stores;
      await waitUntilHeard(first, heard[0] ?? []);
      await eventually(() => expect(heard.map((keys) => keys.includes("probe"))).not.toContain(false));
      expect(await countConnections(server)).toBe(connections + 1);
      const last = stops.pop();
      for (const stop of [...stops, ...stops]) await stop();
      for (const keys of heard) keys.length = 0;
      await first.delete("after");
      await eventually(() => expect(heard.at(-1)).toContain("after"));
      expect(heard.slice(0, -1).flat()).toEqual([]);
      await last?.();
      await eventually(async () => expect(await countConnections(server)).toBe(connections));
      const again: string[] = [];
      const stop = first.onChange((key) => again.push(key));
      await waitUntilHeard(first, again);
      await stop();
    },
  );

  test.each(Object.entries(open))(
    "says that it may not listen, and has the rest work: %s",
    async (_, connect) => {
      const server = await using(startRedisServer());
      await server.run("ACL", "SETUSER", "deaf", "on", "nopass", "~*", "&other", "+@all");
      const failures = recordEvents("openapi-m2m.store.failure");
      const store = createRedisStore(await connect(server.url.replace("//", "//deaf:none@")));
      listen(store);
      await eventually(() =>
        expect(failures).toContainEqual({ operation: "onChange", code: expect.any(String) }),
      );
      expect(await store.lock("a", 60_000)).toBeDefined();
    },
  );

  test.each([
    ["ioredis", "new Redis(url)", "client.ping().then(() => client.stream.unref())"],
    ["node-redis", "await createClient({ url }).connect()", "client.unref()"],
  ])("holds no process open: %s", async (_, create, unref) => {
    const server = await using(startRedisServer());
    const program = `
      import { Redis } from "ioredis";
      import { createClient } from "redis";
      import { createRedisStore } from ${JSON.stringify(new URL("../../../runtime/src/redis.ts", import.meta.url).href)};
      const url = ${JSON.stringify(server.url)};
      const client = ${create};
      const store = createRedisStore(client);
      let isHeard = false;
      store.onChange(() => { isHeard = true; });
      while (!isHeard) await store.delete("probe");
      ${unref};
    `;
    const options = { cwd: new URL("../../..", import.meta.url), timeout: 10_000 };
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], options);
  });
});
