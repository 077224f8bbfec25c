import { expect, test } from "vitest";
import { describeWithRedis } from "../../support/describe-with-redis.ts";
import type { Fault } from "../../support/fleet/servers.ts";
import { type Setup, useFleet } from "../../support/fleet/setting.ts";

const PROCESSES = 8;
const CALLERS = 50;
const HOUR_MS = 3_600_000;

/** What a call may wait for, one after the other; and, beyond that, for a busy machine. */
const bounds = { storeTimeoutMs: 1500, lockWaitMs: 2500, requestTimeoutMs: 1000 };
const DEADLINE_MS = bounds.storeTimeoutMs + bounds.lockWaitMs + bounds.requestTimeoutMs;
const SLACK_MS = 1500;

const setup: Setup = { library: "ioredis", to: "REDIS_URL" };
const setting = useFleet(PROCESSES, [setup]);

interface Trouble {
  readonly fault: Fault;
  readonly code: string;
  /** How many requests are made while there is a token that serves. */
  readonly most: number;
}

const troubles: Readonly<Record<string, Trouble>> = {
  "is overloaded": {
    fault: (_, response) => void response.writeHead(503, { "retry-after": "30" }).end(),
    code: "ERR_TOKEN_ENDPOINT_FAILED",
    most: 1,
  },
  hangs: { fault: () => {}, code: "ERR_TOKEN_ENDPOINT_TIMEOUT", most: 1 },
  // Another process may have another secret.
  "refuses the client": {
    fault(_, response) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":"invalid_client"}');
    },
    code: "ERR_TOKEN_ENDPOINT_REJECTED",
    most: PROCESSES,
  },
};

describeWithRedis.each(Object.entries(troubles))(
  "a fleet whose authorization server %s",
  (_, { fault, code, most }) => {
    test.each([
      ["renews early", HOUR_MS - 65_000],
      ["has to renew", HOUR_MS - 30_000],
    ])(
      "fails no call while it %s and the token serves, and asks no more often than it has to",
      async (_, ms) => {
        const { fleet } = setting;
        const servers = await setting.open(setup, bounds);
        await fleet.call(1);
        servers.fault = fault;
        await fleet.tell("advance", ms);
        for (let round = 0; round < 2; round++) {
          const { tokens, failures, slowestMs } = await fleet.call(CALLERS);
          expect([tokens, failures]).toEqual([["fleet-token-1"], []]);
          expect(slowestMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
        }
        expect(servers.login.requests.length).toBeLessThanOrEqual(1 + most);
      },
    );

    test("fails calls that have no token in time, asks once a process at most, and once for all when it is back", async () => {
      const { fleet } = setting;
      const servers = await setting.open(setup, bounds);
      servers.fault = fault;
      const { tokens, failures, slowestMs } = await fleet.call(CALLERS);
      expect(tokens).toEqual([]);
      expect(failures).toEqual(Array.from({ length: PROCESSES * CALLERS }, () => code));
      expect(slowestMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
      const asked = servers.login.requests.length;
      expect(asked).toBeLessThanOrEqual(PROCESSES);
      servers.fault = undefined;
      await fleet.tell("advance", HOUR_MS);
      expect(await fleet.call(CALLERS)).toMatchObject({ tokens: ["fleet-token-1"], failures: [] });
      expect(servers.login.requests).toHaveLength(asked + 1);
    });
  },
);
