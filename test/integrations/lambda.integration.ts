import { expect, test } from "vitest";
import { startDemoServers } from "../support/demo-servers.ts";
import { environmentOf, startExample } from "../support/example-process.ts";
import { startServer } from "../support/scripted-server.ts";

test("a handler of Lambda has one token for all invocations, through a 401 too, and leaves nothing open", async () => {
  const demo = await startDemoServers();
  const traffic = demo.watch();
  await using lambda = startExample("lambda/invoke.ts", environmentOf(demo), "Hoe", "Sickle", "Scythe");

  await lambda.line(/created Hoe/);
  demo.catalog.revoke();

  expect(await lambda.ended).toBe(0);
  expect(lambda.lines.map((line) => line.split(" ", 2).join(" "))).toEqual([
    "created Hoe",
    "created Sickle",
    "created Scythe",
  ]);
  expect(traffic.tokenRequests.length).toBe(1 + traffic.unauthorized);
  expect(lambda.errors).toBe("");
  await demo.close();
});

test("a handler of Lambda reports what an API did not answer before the invocation ends", async () => {
  const demo = await startDemoServers();
  await using api = await startServer(() => undefined);
  const env = { ...environmentOf(demo), CATALOG_URL: `${api.origin}/`, TIMEOUT_MS: "1500" };
  await using lambda = startExample("lambda/invoke.ts", env, "Hoe");

  expect(await lambda.ended).toBe(0);
  const [, leftMs] = /^failed Hoe (\d+)$/.exec(lambda.lines[0] ?? "") ?? [];
  expect(Number(leftMs)).toBeGreaterThan(0);
  expect(api.requests).toHaveLength(1);
  await demo.close();
});
