import { findFreePort, type RedisServer, startRedisServer } from "./redis-server.ts";

export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
}

const SLOTS = 16_384;

/** Starts a cluster of three nodes on loopback, each with a third of the slots, and no replicas. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const started = await Promise.all([0, 1, 2].map(startNode));
  const nodes = started.map(({ node }) => node);
  await Promise.all(nodes.map((node, index) => assignSlots(node, index, nodes.length)));
  const [first] = nodes as [RedisServer];
  for (const { node, busPort } of started.slice(1)) {
    await first.run("CLUSTER", "MEET", "127.0.0.1", node.port, busPort);
  }
  await Promise.all(nodes.map((node) => waitForCluster(node, nodes.length)));
  return {
    nodes,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

/** By default the port that nodes talk on is 10,000 above the other, which may be taken, or none. */
async function startNode(): Promise<{ node: RedisServer; busPort: number }> {
  const busPort = await findFreePort();
  const node = await startRedisServer([
    ...["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-node-timeout", "5000"],
  ]);
  return { node, busPort };
}

async function assignSlots(node: RedisServer, index: number, count: number): Promise<void> {
  const border = (of: number) => Math.floor((SLOTS * of) / count);
  await node.run("CLUSTER", "ADDSLOTSRANGE", border(index), border(index + 1) - 1);
  await node.run("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
}

/** Until a node knows who has which slot. */
async function waitForCluster(node: RedisServer, count: number): Promise<void> {
  const wanted = ["cluster_state:ok", `cluster_slots_ok:${SLOTS}`, `cluster_size:${count}`];
  for (;;) {
    const info = String(await node.run("CLUSTER", "INFO"));
    if (wanted.every((line) => info.includes(line))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
