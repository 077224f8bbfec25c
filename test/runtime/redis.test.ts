import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createRedisStore, type RedisClient, type RedisStoreOptions } from "../../runtime/src/redis.ts";
import { describeWithServer } from "../support/describe-with-redis.ts";
import { recordEvents } from "../support/recorded-events.ts";
import {
  type RedisServers,
  redisClients,
  startRedisServers,
  useIoredis,
  useNodeRedis,
} from "../support/redis-clients.ts";
import { eventually, listen, waitUntilHeard } from "../support/redis-listener.ts";
import { redisProgram } from "../support/redis-server.ts";

let servers: RedisServers;
let prefixes = 0;

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

describeWithServer.each(Object.entries(redisClients))("a store on %s", (_, connect) => {
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
    await eventually(async () => expect(await store.get("a")).toBeUndefined());
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

  test("fails with the code of what Redis says", async () => {
    const store = createRedisStore(await connect(servers), { prefix: createPrefix() });
    await expect(store.compareAndSet("a", undefined, "one", Number.NaN)).rejects.toMatchObject({
      code: "ERR",
    });
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
    const won = await eventually(async () => {
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
    await eventually(async () => expect(await store.lock("b", 200)).toBeDefined());
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
    await eventually(() => {
      // Nodes of a cluster tell of their keys in an order of their own.
      for (const list of [heard, heardToo])
        expect(list.filter((key) => key !== "probe").toSorted()).toEqual(["a", "b", "d"]);
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
    await eventually(() => expect(heard).toContain("a"));
    expect(heardByClosed).toEqual([]);
  });
});

describeWithServer("createRedisStore", () => {
  const connectClients: Record<string, () => Promise<RedisClient>> = {
    ioredis: () => useIoredis(new Redis(servers.server.url)),
    "node-redis": () => useNodeRedis(createClient({ url: servers.server.url })),
  };

  test("reads what is no text as an empty one, and replaces it", async () => {
    const { server } = servers;
    const prefix = createPrefix();
    const store = createRedisStore(await useIoredis(new Redis(server.url)), { prefix });
    await server.run("LPUSH", `${prefix}{a}`, "planted");
    expect(await store.get("a")).toBe("");
    expect(await store.compareAndSet("a", "", "one", 60_000)).toBe(true);
    expect(await store.get("a")).toBe("one");
  });

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
      await eventually(() => expect(monitor.readText()).toContain(`{a}:lock`));
      const sent = [...monitor.readText().matchAll(/\[\d+ (?!lua)\S+\] "(\w+)" .*/g)];
      const ours = sent.filter(([line]) => line.includes(prefix));
      expect(ours.map(([, command]) => command?.toLowerCase())).toEqual(["eval", "eval", "eval"]);
    },
  );
});

describe("createRedisStore", () => {
  const client = new Redis({ lazyConnect: true });

  test.each(["a{b", "}", "\ud800", 7])("refuses the prefix %j", (prefix) => {
    const create = () => createRedisStore(client, { prefix: prefix as string });
    expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test.each<unknown>([{ Prefix: "a:" }, "a:"])(
    "refuses %j, which has no prefix that would be used",
    (options) => {
      const create = () => createRedisStore(client, options as RedisStoreOptions);
      expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    },
  );

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

describeWithServer("a user with the rights that docs/scaling.md grants", () => {
  let restricted: RedisServers;

  beforeAll(async () => {
    restricted = await startRedisServers();
    const page = readFileSync(new URL("../../docs/scaling.md", import.meta.url), "utf8");
    const [, rules = ""] = /^ACL SETUSER m2m on >password (.*)$/m.exec(page) ?? [];
    for (const server of [restricted.server, ...restricted.cluster.nodes]) {
      await server.run("ACL", "SETUSER", "default", ...rules.split(" "));
      await expect(server.run("KEYS", "*")).rejects.toThrow("NOPERM");
    }
  });
  afterAll(() => restricted[Symbol.asyncDispose]());

  test.each(Object.entries(redisClients))("can do all that the store does: %s", async (_, connect) => {
    const failures = recordEvents("openapi-m2m.store.failure");
    const store = createRedisStore(await connect(restricted));
    const heard = listen(store);
    await waitUntilHeard(store, heard);
    await store.set("a", "one", 60_000);
    await store.compareAndSet("a", "one", "two", 60_000);
    expect(await store.get("a")).toBe("two");
    const lock = await store.lock("a", 60_000);
    await lock?.extend(60_000);
    await lock?.release();
    expect(failures).toEqual([]);
  });
});
