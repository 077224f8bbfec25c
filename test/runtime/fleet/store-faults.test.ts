import { describe, expect, test, vi } from "vitest";
import { describeWithServer } from "../../support/describe-with-redis.ts";
import type { FleetServers } from "../../support/fleet/servers.ts";
import { type Setup, useFleet } from "../../support/fleet/setting.ts";
import { type Fleet, type FleetMember, sumUp } from "../../support/fleet.ts";
import type { RedisServer } from "../../support/redis-server.ts";

const PROCESSES = 8;
const CALLERS = 50;
const HOUR_MS = 3_600_000;

/** How long a call may wait for the store; and, beyond that, for a busy machine. */
const STORE_TIMEOUT_MS = 250;
const SLACK_MS = 1500;
const bounds = { storeTimeoutMs: STORE_TIMEOUT_MS, lockWaitMs: 8000, requestTimeoutMs: 8000 };
/** Where the store is well, and only the machine may be slow. */
const patient = { ...bounds, storeTimeoutMs: 8000 };

const ioredis: Setup = { library: "ioredis", to: "server" };
const setups: readonly Setup[] = [ioredis, { library: "node-redis", to: "server" }];

const setting = useFleet(PROCESSES, setups);

/** What befalls a Redis, so that it is of no use, and how that ends. */
interface Fault {
  begin(server: RedisServer): unknown;
  end(server: RedisServer): unknown;
}

const faults: Readonly<Record<string, Fault>> = {
  "does not answer": { begin: (server) => server.pause(), end: (server) => server.resume() },
  "is gone": { begin: (server) => server.kill(), end: (server) => server.restart() },
  "is out of memory": {
    begin: (server) => server.run("CONFIG", "SET", "maxmemory", 1),
    end: (server) => server.run("CONFIG", "SET", "maxmemory", 0),
  },
  "is read-only": {
    begin: (server) => server.run("REPLICAOF", "127.0.0.1", 1),
    end: (server) => server.run("REPLICAOF", "NO", "ONE"),
  },
};

describeWithServer.each(setups)("a fleet with $library", (setup) => {
  describe.each(Object.entries(faults))("whose Redis %s", (_, { begin, end }) => {
    test("has each process ask for itself, once, within storeTimeoutMs, and one for all after that", async () => {
      const { fleet, server } = setting;
      const { login } = await setting.open(setup, bounds);
      await fleet.call(1);
      await begin(server);
      try {
        // What they have needs no store.
        expect(await fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-1"], failures: [] });
        await fleet.tell("advance", HOUR_MS);
        const outcome = await fleet.call(CALLERS);
        expect(outcome.failures).toEqual([]);
        expect(outcome.slowestMs).toBeLessThan(STORE_TIMEOUT_MS + SLACK_MS);
        expect(await fleet.call(CALLERS)).toMatchObject({ failures: [] });
        expect(login.requests.length).toBeLessThanOrEqual(1 + PROCESSES);
      } finally {
        await end(server);
      }
      await expectOneRequest(fleet, login);
    });

    test("goes on with the token that serves, though the authorization server is overloaded, too", async () => {
      const { fleet, server } = setting;
      const servers = await setting.open(setup, bounds);
      await fleet.call(1);
      servers.fault = (_, response) => void response.writeHead(503, { "retry-after": "30" }).end();
      await fleet.tell("advance", HOUR_MS - 30_000);
      await begin(server);
      try {
        for (let round = 0; round < 2; round++) {
          const { tokens, failures, slowestMs } = await fleet.call(CALLERS);
          expect([tokens, failures]).toEqual([["fleet-token-1"], []]);
          expect(slowestMs).toBeLessThan(STORE_TIMEOUT_MS + SLACK_MS);
        }
        expect(servers.login.requests.length).toBeLessThanOrEqual(1 + PROCESSES);
      } finally {
        await end(server);
      }
    });
  });

  test("whose Redis stops answering while one asks has the others ask for themselves", async () => {
    const { fleet, server } = setting;
    const { login, withhold } = await setting.open(setup, bounds);
    const release = withhold();
    const calling = fleet.call(CALLERS);
    await vi.waitFor(() => expect(login.requests).toHaveLength(1), 5000);
    server.pause();
    try {
      await vi.waitFor(() => expect(login.requests).toHaveLength(PROCESSES), 5000);
      release();
      expect(await calling).toMatchObject({ calls: PROCESSES * CALLERS, failures: [] });
      expect(login.requests).toHaveLength(PROCESSES);
    } finally {
      server.resume();
    }
  });

  test("whose Redis is flushed has one request for all at the next expiry, and calls notice nothing", async () => {
    const { fleet, server } = setting;
    const { login } = await setting.open(setup, patient);
    await fleet.call(1);
    await server.run("FLUSHALL");
    expect(await fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-1"], failures: [] });
    expect(login.requests).toHaveLength(1);
    await fleet.tell("advance", HOUR_MS);
    expect(await fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-2"], failures: [] });
    expect(login.requests).toHaveLength(2);
  });

  test("whose Redis is flushed while one asks has another ask beside it, and no more", async () => {
    const { fleet, server } = setting;
    const { login, withhold } = await setting.open(setup, patient);
    const release = withhold();
    const calling = fleet.call(CALLERS);
    await vi.waitFor(() => expect(login.requests).toHaveLength(1), 5000);
    await server.run("FLUSHALL");
    await vi.waitFor(() => expect(login.requests).toHaveLength(2), 5000);
    release();
    expect(await calling).toMatchObject({ calls: PROCESSES * CALLERS, failures: [] });
    expect(login.requests).toHaveLength(2);
  });
});

/** Longer than a lock lasts. */
const LONG_MS = 3500;

describeWithServer("a fleet", () => {
  test("one of whose processes asks for longer than its lock lasts has no other ask", async () => {
    const { fleet } = setting;
    const { login, withhold } = await setting.open(ioredis, patient);
    const release = withhold();
    setTimeout(release, LONG_MS);
    expect(await fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-1"], failures: [] });
    expect(login.requests).toHaveLength(1);
  });

  test("one of whose processes is killed while it asks has another ask, and the rest wait for it", async () => {
    const { fleet } = setting;
    const { login, withhold } = await setting.open(ioredis, patient);
    const release = withhold();
    const calling = Promise.allSettled(fleet.members.map((member) => member.tell("call", CALLERS)));
    await killWhoAsks(fleet, login, 1);
    release();
    const outcomes = (await calling).flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
    const { calls, failures, slowestMs } = sumUp(outcomes);
    expect([calls, failures]).toEqual([(PROCESSES - 1) * CALLERS, []]);
    expect(slowestMs).toBeLessThan(3000 + SLACK_MS);
    expect(login.requests).toHaveLength(2);
  });

  test("one of whose processes is killed while it renews early goes on with the token, and has another renew it", async () => {
    const { fleet } = setting;
    const { login, withhold } = await setting.open(ioredis, patient);
    await fleet.call(1);
    await fleet.tell("advance", HOUR_MS - 65_000);
    const release = withhold();
    const calls = { tokens: ["fleet-token-1"], failures: [] };
    expect(await fleet.call(CALLERS)).toMatchObject(calls);
    await killWhoAsks(fleet, login, 2);
    expect(await fleet.call(CALLERS)).toMatchObject(calls);
    release();
    await vi.waitFor(async () => {
      expect(await fleet.call(1)).toMatchObject({ tokens: [expect.not.stringMatching(/-1$/)], failures: [] });
    }, 8000);
    // The first token, and two renewals, one of which nobody got.
    expect(login.requests).toHaveLength(3);
  });
});

/** Ends the process that has the lock, once its request, the last of so many, has come. */
async function killWhoAsks(fleet: Fleet, { requests }: FleetServers["login"], count: number): Promise<void> {
  await vi.waitFor(() => expect(requests).toHaveLength(count), 5000);
  const asking = await vi.waitFor(async () => {
    const index = (await fleet.tell("isAsking")).indexOf(true);
    expect(index).toBeGreaterThanOrEqual(0);
    return fleet.members[index] as FleetMember;
  }, 5000);
  await asking.kill();
}

/** The libraries take their time to connect again. From then on, an expiry is one request. */
async function expectOneRequest(fleet: Fleet, login: FleetServers["login"]): Promise<void> {
  await vi.waitFor(
    async () => {
      const before = login.requests.length;
      await fleet.tell("advance", HOUR_MS);
      expect(await fleet.call(1)).toMatchObject({ failures: [] });
      expect(login.requests.length - before).toBe(1);
    },
    { timeout: 15_000, interval: 200 },
  );
}
