import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createRedisStore,
  type NodeRedisClient,
  type RedisClient,
  type RedisStore,
} from "../../runtime/src/redis.ts";
import { atEnd, using } from "../support/disposal.ts";
import { recordEvents } from "../support/recorded-events.ts";
import {
  type RedisServers,
  redisClients,
  startRedisServers,
  useIoredis,
  useNodeRedis,
} from "../support/redis-clients.ts";
import { redisProgram, startRedisServer } from "../support/redis-server.ts";

let servers: RedisServers;
let prefixes = 0;

const describeWithRedis = describe.skipIf(redisProgram === undefined);

if (redisProgram !== undefined) {
  beforeAll(async () => {
    servers = await startRedisServers();
  });
  afterAll(() => servers[Symbol.asyncDispose]());
}

/** A prefix that no other test has. */
function createPrefix(): string {
  prefixes += 1;
  return `test-${prefixes}:`;
}

/** Collects what a store tells of, until the test that is running ends. */
function listen(store: RedisStore): string[] {
  const heard: string[] = [];
  const stop = store.onChange((key) => heard.push(key));
  atEnd(() => void stop());
  return heard;
}

/** Listening begins by itself, some time after it was asked for. */
async function waitUntilHeard(store: RedisStore, heard: string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      await store.delete("probe");
      expect(heard).toContain("probe");
    },
    { timeout: 15_000, interval: 50 },
  );
}

describeWithRedis.each(Object.entries(redisClients))("a store on %s", (_, connect) => {
  test("gives what was put under a key, until that is deleted", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    expect(await store.get("a")).toBeUndefined();
    await store.set("a", "one", 60_000);
    await store.set("b", "two", 60_000);
    expect([await store.get("a"), await store.get("b")]).toEqual(["one", "two"]);
    await store.delete("a");
    expect([await store.get("a"), await store.get("b")]).toEqual([undefined, "two"]);
  });

  test("gives it until its time is over", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    await store.set("a", "one", 0.5);
    await vi.waitFor(async () => expect(await store.get("a")).toBeUndefined());
  });

  test("replaces what is expected, and nothing else", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    expect(await store.compareAndSet("a", "one", "two", 60_000)).toBe(false);
    expect(await store.compareAndSet("a", undefined, "one", 60_000)).toBe(true);
    expect(await store.compareAndSet("a", undefined, "two", 60_000)).toBe(false);
    expect(await store.get("a")).toBe("one");
    expect(await store.compareAndSet("a", "one", "two", 60_000)).toBe(true);
    expect(await store.get("a")).toBe("two");
  });

  test("has one lock at a time for a key, until its owner releases it", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    const lock = await store.lock("a", 60_000);
    expect(lock).toBeDefined();
    expect(await store.lock("a", 60_000)).toBeUndefined();
    expect(await store.lock("b", 60_000)).toBeDefined();
    await lock?.release();
    expect(await store.lock("a", 60_000)).toBeDefined();
  });

  test("lets nobody extend or release a lock that another has by now", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    const lost = await store.lock("a", 1);
    const won = await vi.waitFor(async () => {
      const taken = await store.lock("a", 60_000);
      expect(taken).toBeDefined();
      return taken;
    });
    await lost?.extend(1);
    await lost?.release();
    expect(await store.lock("a", 60_000)).toBeUndefined();
    await won?.release();
    expect(await store.lock("a", 60_000)).toBeDefined();
  });

  test("extends a lock", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    const lock = await store.lock("a", 200);
    await store.lock("b", 200);
    await lock?.extend(60_000);
    await vi.waitFor(async () => expect(await store.lock("b", 200)).toBeDefined());
    expect(await store.lock("a", 60_000)).toBeUndefined();
  });

  test("tells every store of its prefix what is put, replaced and deleted, and no other", async () => {
    const client = await connect(servers);
    const options = { prefix: createPrefix() };
    const [own, another] = [createRedisStore(client, options), createRedisStore(client, options)];
    const foreign = createRedisStore(client, { prefix: createPrefix() });
    const [heard, heardToo, heardElsewhere] = [listen(own), listen(another), listen(foreign)];
    await Promise.all([
      waitUntilHeard(own, heard),
      waitUntilHeard(own, heardToo),
      waitUntilHeard(foreign, heardElsewhere),
    ]);
    await own.set("a", "one", 60_000);
    await own.compareAndSet("b", undefined, "one", 60_000);
    await own.compareAndSet("c", "one", "two", 60_000);
    await another.delete("d");
    await vi.waitFor(() => {
      for (const list of [heard, heardToo])
        expect(list.filter((key) => key !== "probe")).toEqual(["a", "b", "d"]);
    });
    expect(heardElsewhere.filter((key) => key !== "probe")).toEqual([]);
  });

  test("goes on telling one store when another is closed", async () => {
    const client = await connect(servers);
    const options = { prefix: createPrefix() };
    const [own, another] = [createRedisStore(client, options), createRedisStore(client, options)];
    const heardByClosed: string[] = [];
    const stop = another.onChange((key) => heardByClosed.push(key));
    const heard = listen(own);
    await Promise.all([waitUntilHeard(own, heard), waitUntilHeard(own, heardByClosed)]);
    await stop();
    heardByClosed.length = 0;
    await own.set("a", "one", 60_000);
    await vi.waitFor(() => expect(heard).toContain("a"));
    expect(heardByClosed).toEqual([]);
  });
});

describeWithRedis("createRedisStore", () => {
  const connectClients: Record<string, () => Promise<RedisClient>> = {
    ioredis: () => useIoredis(new Redis(servers.server.url)),
    "node-redis": () => useNodeRedis(createClient({ url: servers.server.url })),
  };

  test("keeps everything below its prefix, and a key and its lock in one slot", async () => {
    const { server } = servers;
    const prefix = createPrefix();
    const store = createRedisStore(await useIoredis(new Redis(server.url)), { prefix });
    await store.set("a", "one", 60_000);
    await store.lock("a", 60_000);
    const keys = (await server.run("KEYS", `${prefix}*`)) as string[];
    expect(keys.toSorted()).toEqual([`${prefix}{a}`, `${prefix}{a}:lock`]);
  });

  test.each(Object.entries(connectClients))(
    "asks no replica and no cache of the client: %s sends scripts alone",
    async (_, connect) => {
      const prefix = createPrefix();
      const store = createRedisStore(await connect(), { prefix });
      const monitor = await servers.server.monitor();
      await store.set("a", "one", 60_000);
      await store.get("a");
      await store.lock("a", 60_000);
      await vi.waitFor(() => expect(monitor.readText()).toContain(`{a}:lock`));
      const sent = [...monitor.readText().matchAll(/\[\d+ (?!lua)\S+\] "(\w+)" .*/g)];
      const ours = sent.filter(([line]) => line.includes(prefix));
      expect(ours.map(([, command]) => command?.toLowerCase())).toEqual(["eval", "eval", "eval"]);
    },
  );

  test.each(["a{b", "}", 7])("refuses the prefix %j", async (prefix) => {
    const client = await useIoredis(new Redis({ lazyConnect: true }));
    const create = () => createRedisStore(client, { prefix: prefix as string });
    expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test.each([undefined, null, {}, new Map(), { eval: () => {} }, { isOpen: true, eval: () => {} }])(
    "refuses %o as a client",
    (client) => {
      const create = () => createRedisStore(client as unknown as RedisClient);
      expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    },
  );

  test("lets no error of node-redis end the process, and takes no listener of the user's for its own", () => {
    const [without, having] = [createClient(), createClient()];
    const listener = vi.fn();
    having.on("error", listener);
    for (const client of [without, having]) {
      createRedisStore(client);
      client.emit("error", new Error("the server is gone"));
      expect(client.listenerCount("error")).toBe(1);
    }
    expect(listener).toHaveBeenCalledOnce();
  });
});

describeWithRedis("onChange", () => {
  const open: Record<string, (url: string) => Promise<RedisClient>> = {
    ioredis: (url) => useIoredis(new Redis(url)),
    "node-redis": (url) => useNodeRedis(createClient({ url })),
    "a pool of node-redis": (url) => useNodeRedis(createClientPool({ url })),
  };
  const each = test.each(Object.entries(open));

  each("goes on when the server is back: %s", async (_, connect) => {
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
    const client = await create(servers.server.url);
    const heard = listen(createRedisStore(client, { prefix: "later:" }));
    if (client instanceof Redis) await client.connect();
    else await useNodeRedis(client);
    const store = createRedisStore(await useIoredis(new Redis(servers.server.url)), { prefix: "later:" });
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
    await vi.waitFor(async () =>
      expect(
        String(await server.run("CLIENT", "LIST"))
          .trim()
          .split("\n"),
      ).toHaveLength(1),
    );
  });

  each("leaves neither a connection nor a listener when it is ended: %s", async (_, connect) => {
    const server = await using(startRedisServer());
    const client = await connect(server.url);
    const listenerCounts = () =>
      ["connect", "ready", "end", "disconnect", "message"].map((event) => client.listenerCount(event));
    const before = listenerCounts();
    const countConnections = async () =>
      String(await server.run("CLIENT", "LIST"))
        .trim()
        .split("\n").length;
    const connections = await countConnections();
    const store = createRedisStore(client);
    const heard: string[] = [];
    const stop = store.onChange((key) => heard.push(key));
    await waitUntilHeard(store, heard);
    expect(await countConnections()).toBe(connections + 1);
    await stop();
    await vi.waitFor(async () => expect(await countConnections()).toBe(connections));
    expect(listenerCounts()).toEqual(before);
  });

  each("says that it may not listen, and has the rest work: %s", async (_, connect) => {
    const server = await using(startRedisServer());
    await server.run("ACL", "SETUSER", "deaf", "on", "nopass", "~*", "&other", "+@all");
    const failures = recordEvents("openapi-m2m.store.failure");
    const store = createRedisStore(await connect(server.url.replace("//", "//deaf:none@")));
    listen(store);
    await vi.waitFor(() =>
      expect(failures).toContainEqual({ operation: "onChange", code: expect.any(String) }),
    );
    expect(await store.lock("a", 60_000)).toBeDefined();
  });

  test.each([
    ["ioredis", "new Redis(url)", "client.ping().then(() => client.stream.unref())"],
    ["node-redis", "await createClient({ url }).connect()", "client.unref()"],
  ])("holds no process open: %s", async (_, create, unref) => {
    const program = `
      import { Redis } from "ioredis";
      import { createClient } from "redis";
      import { createRedisStore } from ${JSON.stringify(new URL("../../runtime/src/redis.ts", import.meta.url).href)};
      const url = ${JSON.stringify(servers.server.url)};
      const client = ${create};
      const store = createRedisStore(client);
      store.onChange(() => clearInterval(timer));
      const timer = setInterval(() => store.delete("probe"), 20);
      ${unref};
    `;
    const options = { cwd: new URL("../..", import.meta.url), timeout: 10_000 };
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], options);
  });
});
