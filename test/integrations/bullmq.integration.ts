import { expect, test } from "vitest";
import { startDemoServers } from "../support/demo-servers.ts";
import { describeWithServer } from "../support/describe-with-redis.ts";
import { environmentOf, startExample } from "../support/example-process.ts";
import { startRedisServer } from "../support/redis-server.ts";
import { startServer } from "../support/scripted-server.ts";

const TOKEN_STORE_KEY = Buffer.alloc(32, 1).toString("base64");

describeWithServer("workers of BullMQ", () => {
  test("do their jobs with one token for all processes, through a 401 too, and end when told to", async () => {
    await using redis = await startRedisServer();
    const demo = await startDemoServers();
    const first = demo.watch();
    const env = { ...environmentOf(demo), REDIS_URL: redis.url, TOKEN_STORE_KEY };
    await using one = startExample("bullmq/worker.ts", env);
    await using two = startExample("bullmq/worker.ts", env);
    const add = (...names: string[]) => startExample("bullmq/add-items.ts", env, ...names).ended;
    const created = () => [...one.lines, ...two.lines].filter((line) => line.startsWith("created"));
    const oneOf = (pattern: RegExp) => Promise.any([one.line(pattern), two.line(pattern)]);

    expect(await add("Hoe", "Sickle", "Scythe")).toBe(0);
    await Promise.all([oneOf(/Hoe/), oneOf(/Sickle/), oneOf(/Scythe/)]);
    expect(first.tokenRequests).toHaveLength(1);

    const traffic = demo.watch();
    demo.catalog.revoke();
    expect(await add("Fork", "Shears")).toBe(0);
    await Promise.all([oneOf(/Fork/), oneOf(/Shears/)]);

    expect(created()).toHaveLength(5);
    expect(traffic.unauthorized).toBeGreaterThan(0);
    expect(traffic.tokenRequests).toHaveLength(1);
    expect(await redis.run("KEYS", "openapi-m2m:*")).not.toEqual([]);
    expect(await Promise.all([one.stop(), two.stop()])).toEqual([0, 0]);
    expect(one.errors + two.errors).toBe("");
    await demo.close();
  });

  test("put a job off while there is no token, without an attempt lost", async () => {
    await using redis = await startRedisServer();
    const demo = await startDemoServers();
    let isDown = true;
    await using login = await startServer(async ({ headers, body }, response) => {
      if (isDown) return void response.writeHead(503, { "retry-after": "1" }).end();
      const { authorization = "", "content-type": type = "" } = headers;
      const answer = await fetch(demo.tokenEndpoint, {
        method: "POST",
        headers: { authorization, "content-type": type },
        body: new Uint8Array(body),
      });
      return answer.json();
    });
    const env = { ...environmentOf(demo), REDIS_URL: redis.url, TOKEN_STORE_KEY };
    const down = { ...env, TOKEN_ENDPOINT: login.origin };
    await using worker = startExample("bullmq/worker.ts", down);

    await startExample("bullmq/add-items.ts", env, "Hoe").ended;
    await expect.poll(() => redis.run("ZCARD", "bull:new-items:delayed"), { timeout: 20_000 }).toBe(1);
    isDown = false;

    await worker.line(/created 61: Hoe/);
    expect(await redis.run("HGET", "bull:new-items:1", "atm")).toBe("1");
    expect(worker.errors).toBe("");
    expect(await worker.stop()).toBe(0);
    await demo.close();
  });
});
