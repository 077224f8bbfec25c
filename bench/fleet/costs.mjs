import { randomBytes } from "node:crypto";
import { createTokenManager } from "@openapi-m2m/runtime";
import { createRedisStore } from "@openapi-m2m/runtime/redis";
import { Redis } from "ioredis";
import { createSealer } from "../../runtime/src/shared-tokens/sealing.ts";
import { median } from "../report.mjs";
import { startTokenEndpoint } from "../token-endpoint.mjs";

const encryption = { keys: [{ id: "bench", key: randomBytes(32) }] };
/** Of a stored token: what stands beside a value of some 700 characters. */
const RECORD = JSON.stringify({ value: "x".repeat(700), tokenType: "Bearer", issuedAt: 1, expiresAt: 2 });
const CPU_MS = 300;

/** Exported, so that no call can be optimised away. */
export let last;

/** What a new process waits for its first token, in ms: each way has its turn in each round. */
export async function measureColdStarts({ redisPort, rounds }) {
  using endpoint = await startTokenEndpoint();
  const client = new Redis(redisPort);
  await client.ping();
  const start = (parameters, cache) => startCold(endpoint.url, parameters, cache);
  const share = () => ({ store: createRedisStore(client), encryption });
  const shared = { parameters: { shared: "true" } };
  await start(shared, share());
  const ways = {
    "from the token endpoint, no store": (round) => start({ parameters: { round: `${round}` } }, undefined),
    "from the store": () => start(shared, share()),
    "from the store, Redis connected first": () =>
      startConnecting(redisPort, (cache) => start(shared, cache)),
    "from the token endpoint, first of the fleet": (round) =>
      start({ parameters: { first: `${round}` } }, share()),
  };
  const figures = await measureRounds(ways, rounds, (way, round) => way(round));
  client.disconnect();
  return figures;
}

async function startCold(tokenEndpoint, parameters, cache) {
  const startedAt = performance.now();
  const clients = { fleet: { tokenEndpoint, clientId: "fleet" } };
  const tokens = createTokenManager({ clients, ...(cache && { cache }) });
  await tokens.getAccessToken("fleet", parameters);
  const ms = performance.now() - startedAt;
  await tokens.close();
  return ms;
}

async function startConnecting(port, run) {
  const startedAt = performance.now();
  const client = new Redis(port);
  await client.ping();
  const connectedMs = performance.now() - startedAt;
  const ms = connectedMs + (await run({ store: createRedisStore(client), encryption }));
  client.disconnect();
  return ms;
}

/** What a token that the process has costs, in calls per second of processor time. */
export async function measureHits({ redisPort, rounds }) {
  using endpoint = await startTokenEndpoint();
  const client = new Redis(redisPort);
  const clients = { fleet: { tokenEndpoint: endpoint.url, clientId: "hits" } };
  await using alone = createTokenManager({ clients });
  await using sharing = createTokenManager({
    clients,
    cache: { store: createRedisStore(client), encryption },
  });
  const ways = { "without a store": alone, "with the store": sharing };
  for (const tokens of Object.values(ways)) await tokens.getAccessToken("fleet");
  const figures = await measureRounds(ways, rounds, (tokens) =>
    measureSpeed(async () => {
      for (let i = 0; i < 5000; i++) last = await tokens.getAccessToken("fleet");
      return 5000;
    }),
  );
  client.disconnect();
  return figures;
}

/** What sealing costs, in operations per second of processor time. */
export async function measureSealing({ rounds }) {
  const { seal, unseal } = createSealer(encryption);
  const sealed = seal(RECORD, "place");
  const repeat = (work) => () => {
    for (let i = 0; i < 1000; i++) last = work();
    return 1000;
  };
  const ways = { seal: () => seal(RECORD, "place"), unseal: () => unseal(sealed, "place") };
  return measureRounds(ways, rounds, (work) => measureSpeed(repeat(work)));
}

/** What Redis itself is busy with a read: by a script, as the store does, and by a bare `GET`; in µs. */
export async function measureReads({ redisPort, rounds }) {
  const client = new Redis(redisPort);
  const store = createRedisStore(client);
  await store.set("read", RECORD, 600_000);
  const ways = { eval: () => store.get("read"), get: () => client.get("openapi-m2m:{read}") };
  const figures = await measureRounds(ways, rounds, async (read, _, name) => {
    await client.config("RESETSTAT");
    for (let i = 0; i < 2000; i++) last = await read();
    const [, microseconds] = new RegExp(`cmdstat_${name}:.*usec_per_call=([\\d.]+)`).exec(
      await client.info("commandstats"),
    );
    return Number(microseconds);
  });
  client.disconnect();
  return figures;
}

async function measureSpeed(work) {
  const before = process.cpuUsage();
  let done = 0;
  let spent = 0;
  while (spent < CPU_MS * 1000) {
    done += await work();
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return (done / spent) * 1e6;
}

/** @returns by name, the figures of each round; the first round, to warm up, is left out */
async function measureRounds(ways, rounds, measure) {
  const figures = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const figure = await measure(way, round, name);
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** How one way compares with another, by the rounds in which each had its turn. */
export function compare(figures, other) {
  return median(figures.map((figure, round) => figure / other[round]));
}

/** Operations a second -> `4.2 µs`, of one */
export function formatEach(perSecond) {
  return `${(1e6 / perSecond).toFixed(1)} µs`;
}
