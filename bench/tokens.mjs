// How fast a cached token is given out, and what is allocated for it. See README.md.
import { GCProfiler } from "node:v8";
import { createTokenManager } from "@openapi-m2m/runtime";
import { formatCount, median, printHeading, report } from "./report.mjs";
import { startTokenEndpoint } from "./token-endpoint.mjs";

const ROUNDS = 5;
/** Processor time of one form, measured one way, in one round. */
const ROUND_MS = 300;
/** So few that the young generation holds all that they allocate. */
const CALLS_AT_ONCE = 5_000;
const TARGET_PER_SECOND = 2_000_000;

/** Exported, so that no call can be optimised away. */
export let last;

async function callAndAwait(call) {
  for (let i = 0; i < CALLS_AT_ONCE; i++) last = await call();
}

/** What the calls leave to microtasks is done at the end. */
async function callOnly(call) {
  for (let i = 0; i < CALLS_AT_ONCE; i++) last = call();
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Calls a second by the processor time of the whole process: what one core does, whoever else wants it. Compiling and
 * collecting, though on threads of their own, count.
 */
async function measureSpeed(loop, call) {
  const before = process.cpuUsage();
  let calls = 0;
  let spentMicroseconds = 0;
  while (spentMicroseconds < ROUND_MS * 1000) {
    await loop(call);
    calls += CALLS_AT_ONCE;
    const { user, system } = process.cpuUsage(before);
    spentMicroseconds = user + system;
  }
  return (calls / spentMicroseconds) * 1e6;
}

/** Bytes allocated by a call, and by all that it leaves to be done. */
async function weigh(call) {
  const empty = await measureBytes(() => undefined);
  return ((await measureBytes(call)) - empty) / CALLS_AT_ONCE;
}

async function measureBytes(call) {
  globalThis.gc();
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.memoryUsage().heapUsed;
  await callOnly(call);
  const bytes = process.memoryUsage().heapUsed - before;
  if (profiler.stop().statistics.length > 0) throw new Error("memory was collected in between: call fewer");
  return bytes;
}

/** Each form has its turn in each round, so that what else the machine does meanwhile hits all of them. */
async function measureRounds(forms) {
  const rounds = [];
  // The first is to warm up.
  for (let round = 0; round <= ROUNDS; round++) {
    const figures = {};
    for (const [name, call] of Object.entries(forms)) {
      figures[name] = {
        awaited: await measureSpeed(callAndAwait, call),
        called: await measureSpeed(callOnly, call),
        bytes: await weigh(call),
      };
    }
    if (round > 0) rounds.push(figures);
  }
  return rounds;
}

using endpoint = await startTokenEndpoint();
const client = { tokenEndpoint: endpoint.url, clientId: "bench" };
await using tokens = createTokenManager({ clients: { "catalog.client": client } });
await using resolved = createTokenManager({ clients: async () => client });
const token = await tokens.getAccessToken("catalog.client");
const overrides = { parameters: { tenant: "acme" } };
const [floor, cached] = ["Promise.resolve(token)", "getAccessToken(name)"];

const rounds = await measureRounds({
  [floor]: () => Promise.resolve(token),
  "async () => token": async () => token,
  // The least that telling whether it has expired costs with Date.now(), which allocates a number.
  "Promise.resolve(token), Date.now()": () =>
    Date.now() < token.expiresAt ? Promise.resolve(token) : undefined,
  [cached]: () => tokens.getAccessToken("catalog.client"),
  "getAccessToken(name), resolved": () => resolved.getAccessToken("catalog.client"),
  "getAccessToken(name, { parameters })": () => tokens.getAccessToken("catalog.client", overrides),
});

const medianOf = (name, figure) => median(rounds.map((round) => round[name][figure]));
const ratioOf = (name, figure) => median(rounds.map((round) => round[name][figure] / round[floor][figure]));

printHeading(`A cached token: median of ${ROUNDS} rounds, each of ${ROUND_MS} ms of processor time`);
const beyond = medianOf(cached, "bytes") - medianOf(floor, "bytes");
await report({
  title: "A cached token",
  titles: ["", "awaited, a second", "ratio", "not awaited, a second", "ratio", "bytes a call"],
  rows: Object.keys(rounds[0]).map((name) => [
    name,
    ...["awaited", "called"].flatMap((figure) => [
      formatCount(medianOf(name, figure)),
      ratioOf(name, figure).toFixed(2),
    ]),
    medianOf(name, "bytes").toFixed(1),
  ]),
  note: `Of one processor. Bytes: the growth of the heap over ${formatCount(CALLS_AT_ONCE)} calls with no collection in between. Medians of ${ROUNDS} rounds.`,
  targets: [
    {
      text: `at least ${formatCount(TARGET_PER_SECOND)} a second and core`,
      isMet: medianOf(cached, "awaited") >= TARGET_PER_SECOND,
    },
    { text: `nothing allocated beyond the promise (${beyond.toFixed(1)} bytes)`, isMet: beyond < 1 },
  ],
});
console.log(`tokens issued meanwhile: ${await endpoint.countIssued()}`);
