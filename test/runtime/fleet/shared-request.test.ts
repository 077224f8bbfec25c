import { expect, test, vi } from "vitest";
import { describeWithRedis, describeWithServer } from "../../support/describe-with-redis.ts";
import { type Setup, useFleet } from "../../support/fleet/setting.ts";
import { sumUp } from "../../support/fleet.ts";

const PROCESSES = 8;
const CALLERS = 50;
const HOUR_MS = 3_600_000;

const onServer: readonly Setup[] = [
  { library: "ioredis", to: "REDIS_URL" },
  { library: "node-redis", to: "REDIS_URL" },
];
const onCluster: readonly Setup[] = [
  { library: "ioredis", to: "cluster" },
  { library: "node-redis", to: "cluster" },
];

const setting = useFleet(PROCESSES, [...onServer, ...onCluster]);

/** Nothing here is slow but the machine perhaps: no process is to go on without the others. */
const patient = { storeTimeoutMs: 10_000, requestTimeoutMs: 15_000 };

describeWithRedis.each(onServer)("a fleet with $library", testFleet);
describeWithServer.each(onCluster)("a fleet with $library and a cluster", testFleet);

/** What holds for each of them. */
function testFleet(setup: Setup): void {
  test("makes one token request when all of its processes need their first token", async () => {
    const { login } = await setting.open(setup, patient);
    const outcome = await setting.fleet.call(CALLERS);
    expect(outcome).toMatchObject({ calls: PROCESSES * CALLERS, tokens: ["fleet-token-1"], failures: [] });
    expect(login.requests).toHaveLength(1);
  });

  test("makes one token request at each of 20 expiries", async () => {
    const { login } = await setting.open(setup, patient);
    await setting.fleet.call(1);
    const tokens: string[] = [];
    for (let expiry = 1; expiry <= 20; expiry++) {
      await setting.fleet.tell("advance", HOUR_MS);
      const outcome = await setting.fleet.call(CALLERS);
      expect(outcome.failures).toEqual([]);
      tokens.push(...outcome.tokens);
    }
    expect(tokens).toEqual(Array.from({ length: 20 }, (_, index) => `fleet-token-${index + 2}`));
    expect(login.requests).toHaveLength(21);
  });

  test("renews a token early by one request, while calls go on with it", async () => {
    const { login } = await setting.open(setup, patient);
    await setting.fleet.call(1);
    // The margin begins a minute before the end; by then every process finds that it is time.
    await setting.fleet.tell("advance", HOUR_MS - 65_000);
    expect(await setting.fleet.call(CALLERS)).toMatchObject({ failures: [] });
    await expectToken("fleet-token-2");
    expect(login.requests).toHaveLength(2);
  });

  test("replaces a revoked token by one request", async () => {
    const { login, api, revoke } = await setting.open(setup, patient);
    await setting.fleet.call(1);
    revoke();
    const statuses = await setting.fleet.tell("fetch", { count: CALLERS, url: api.origin });
    expect(statuses).toEqual(Array.from({ length: PROCESSES }, () => [200]));
    expect(login.requests).toHaveLength(2);
  });

  test("replaces an invalidated token in all processes by one request", async () => {
    const { login } = await setting.open(setup, patient);
    await setting.fleet.call(1);
    await setting.fleet.tell("listen");
    await setting.fleet.members[0]?.tell("invalidate", "token");
    await expectToken("fleet-token-2");
    expect(login.requests).toHaveLength(2);
  });

  test("forgets all tokens of an invalidated client in all processes", async () => {
    const { login } = await setting.open(setup, patient);
    await setting.fleet.call(1);
    await setting.fleet.tell("listen");
    await setting.fleet.members[0]?.tell("invalidate", "client");
    await vi.waitFor(async () => {
      const { tokens, failures } = await setting.fleet.call(1);
      expect([tokens.length, tokens.includes("fleet-token-1"), failures]).toEqual([1, false, []]);
    }, 5000);
    expect(login.requests.length).toBeLessThanOrEqual(1 + PROCESSES);
  });

  test("needs no notifications", async () => {
    const { login, api, revoke } = await setting.open(setup, { ...patient, isDeaf: true });
    expect(await setting.fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-1"], failures: [] });
    const [first, ...others] = setting.fleet.members;
    revoke();
    await first?.tell("invalidate", "token");
    expect(await first?.tell("call", 1)).toMatchObject({ tokens: ["fleet-token-2"] });
    // They don't know.
    const outcomes = await Promise.all(others.map((member) => member.tell("call", 1)));
    expect(sumUp(outcomes).tokens).toEqual(["fleet-token-1"]);
    const statuses = await setting.fleet.tell("fetch", { count: CALLERS, url: api.origin });
    expect(statuses).toEqual(Array.from({ length: PROCESSES }, () => [200]));
    expect(login.requests).toHaveLength(2);
  });
}

/** Waits until every process gives out that token, and no other. */
async function expectToken(token: string): Promise<void> {
  const expected = { tokens: [token], failures: [] };
  await vi.waitFor(async () => expect(await setting.fleet.call(1)).toMatchObject(expected), 5000);
}
