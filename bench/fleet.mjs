// How often a fleet asks for tokens with the shared store and without, and what the store costs. See README.md.
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { startRedisServer } from "../test/support/redis-server.ts";
import {
  compare,
  formatEach,
  measureColdStarts,
  measureHits,
  measureReads,
  measureSealing,
} from "./fleet/costs.mjs";
import { measureMemory } from "./fleet/memory.mjs";
import { drawFleet } from "./fleet/picture.mjs";
import { runFleet } from "./fleet/run.mjs";
import { formatCount, formatTime, median, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "16" },
    lifetime: { type: "string", default: "10" },
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "9" },
  },
});
const [processes, lifetimeSeconds, seconds, rounds] = ["processes", "lifetime", "seconds", "rounds"].map(
  (name) => Number(values[name]),
);
/** The fleet renews as soon as one of them would: well before a token's life is over. */
const MOST_REQUESTS_PER_LIFETIME = 2;
const MOST_COST_OF_A_HIT = 1.05;
const MOST_BYTES_A_TOKEN = 500;

await using redis = await startRedisServer();
const [, version] = /redis_version:(\S+)/.exec(await redis.run("INFO", "server"));
printHeading(`The shared store, Redis ${version}`);

const fleet = { processes, lifetimeSeconds, seconds, key: randomBytes(32).toString("base64") };
const without = await runFleet(fleet);
const sharing = await runFleet({ ...fleet, redisPort: redis.port });
const most = Math.ceil((seconds / lifetimeSeconds) * MOST_REQUESTS_PER_LIFETIME);
const runs = { with: sharing.requests, without: without.requests };
await report({
  title: "A fleet",
  titles: [
    `${processes} processes, tokens of ${lifetimeSeconds} s, ${seconds} s`,
    "token requests",
    "calls",
    "failed",
    "longest ms",
  ],
  rows: Object.entries({ "without a store": without, "with the store": sharing }).map(([name, run]) => [
    name,
    formatCount(run.requests.length),
    formatCount(run.calls),
    formatCount(run.failures),
    run.longestMs.toFixed(0),
  ]),
  targets: [
    {
      text: `at most ${most} requests with the store, and no call failed`,
      isMet: sharing.requests.length <= most && sharing.failures + without.failures === 0,
    },
  ],
  picture: {
    name: "scaling-fleet.svg",
    svg: drawFleet({ runs, seconds, processes, lifetimeSeconds }),
  },
});

const starts = await measureColdStarts({ redisPort: redis.port, rounds: rounds * 20 + 1 });
const [alone] = Object.values(starts);
await report({
  title: "The first token of a process",
  titles: ["", "ms", "ratio"],
  rows: Object.entries(starts).map(([name, ms]) => [
    name,
    median(ms).toFixed(2),
    compare(ms, alone).toFixed(2),
  ]),
});

const hits = await measureHits({ redisPort: redis.port, rounds });
await report({
  title: "A token that the process has",
  titles: ["", "calls a second", "ratio of the time"],
  rows: Object.entries(hits).map(([name, speeds]) => [
    name,
    formatCount(median(speeds)),
    compare(hits["without a store"], speeds).toFixed(2),
  ]),
  targets: [
    {
      text: "a hit costs no more with the store than without, but for 5 %",
      isMet: compare(hits["without a store"], hits["with the store"]) <= MOST_COST_OF_A_HIT,
    },
  ],
});

const memory = await measureMemory({ rounds: 3 });
const [lessBytes, moreBytes] = Object.values(memory).map(median);
await report({
  title: "Memory for a token that the process has, of 100,000",
  titles: ["", "bytes"],
  rows: Object.entries(memory).map(([name, bytes]) => [name, formatCount(median(bytes))]),
  targets: [
    {
      text: `at most ${MOST_BYTES_A_TOKEN} bytes more with the store for each token that the process has`,
      isMet: moreBytes - lessBytes <= MOST_BYTES_A_TOKEN,
    },
  ],
});

const sealing = await measureSealing({ rounds });
const reads = await measureReads({ redisPort: redis.port, rounds });
await report({
  title: "What the store costs",
  titles: ["", "processor time"],
  rows: [
    ...Object.entries(sealing).map(([name, speeds]) => [name, formatEach(median(speeds))]),
    ["in Redis: a read by a script", formatTime(median(reads.eval))],
    ["in Redis: a bare GET", formatTime(median(reads.get))],
  ],
});
