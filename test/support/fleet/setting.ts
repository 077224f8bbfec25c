import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { using } from "../disposal.ts";
import { type Fleet, startFleet } from "../fleet.ts";
import { type RedisCluster, startRedisCluster } from "../redis-cluster.ts";
import { type RedisServer, redisProgram, redisUrl, startRedisServer } from "../redis-server.ts";
import type { MemberOptions } from "./member.ts";
import type { RedisAddress } from "./redis-client.ts";
import { type FleetServers, startFleetServers } from "./servers.ts";

/** A fleet, and where it may share tokens: started before the tests of a file, and ended after them. */
export interface FleetSetting {
  readonly fleet: Fleet;
  /** For tests that do harm to it. */
  readonly server: RedisServer;
  /** Has the fleet begin anew, with servers that end with the test. */
  open(how: Setup, options?: Partial<MemberOptions>): Promise<FleetServers>;
}

/** Which library talks to what. */
export type Setup = Pick<RedisAddress, "library"> & { readonly to: "REDIS_URL" | "server" | "cluster" };

/** Whether this machine has what a setup needs. */
function isPossible({ to }: Setup): boolean {
  return redisProgram !== undefined || (to === "REDIS_URL" && redisUrl !== undefined);
}

/** On a busy machine, a dozen processes take a while to start. */
const START_MS = 60_000;

/** @param setups - of the tests of this file */
export function useFleet(processes: number, setups: readonly Setup[]): FleetSetting {
  const needed = setups.filter(isPossible).map(({ to }) => to);
  let fleet: Fleet | undefined;
  let server: RedisServer | undefined;
  let cluster: RedisCluster | undefined;

  beforeAll(async () => {
    if (needed.length === 0) return;
    const needsServer = needed.includes("server") || redisUrl === undefined;
    [fleet, server, cluster] = await Promise.all([
      startFleet(processes),
      needsServer ? startRedisServer() : undefined,
      needed.includes("cluster") ? startRedisCluster() : undefined,
    ]);
  }, START_MS);
  afterAll(async () => {
    for (const resource of [fleet, server, cluster]) await resource?.[Symbol.asyncDispose]();
  });

  return {
    get fleet() {
      return fleet as Fleet;
    },
    get server() {
      return server as RedisServer;
    },
    async open({ library, to }, options) {
      const servers = await using(startFleetServers());
      const urls = {
        REDIS_URL: [redisUrl ?? server?.url ?? ""],
        server: [server?.url ?? ""],
        cluster: cluster?.nodes.map(({ url }) => url) ?? [],
      }[to];
      await fleet?.refill();
      await fleet?.tell("open", {
        redis: { library, isCluster: to === "cluster", urls },
        prefix: `test-${randomUUID()}:`,
        tokenEndpoint: `${servers.login.origin}/token`,
        clientSecret: "fleet-secret",
        ...options,
      });
      return servers;
    },
  };
}
