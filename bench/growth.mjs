// How what a call costs grows: with connections, token clients, processes: growth.mjs [--clients 100000]. See README.md.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { runApart } from "./calls/run-apart.mjs";
import { drawLines } from "./picture.mjs";
import { formatCount, formatTime, median, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    /** Token clients at most. */
    clients: { type: "string", default: "100000" },
    /** An odd number. */
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(values.rounds);
const CALLS = 10_000;
/** Connections that further calls wait for. */
const BOUND = 64;
/** For which processes call. */
const SECONDS = 3;

const api = await openApi();
printHeading("How costs grow");
await measureConnections();
await measureTokenClients();
await measureProcesses();
process.exit(); // Connections would keep it.

function summarize(measured, name) {
  const of = (key) => median(measured.map((figures) => figures[name][key]));
  return { microseconds: of("microseconds"), rate: of("rate") };
}

/** Tells a worker what to do, and waits until it is done. */
async function tell(worker, text) {
  worker.send(text);
  const ended = once(worker, "exit").then(([code]) => {
    throw new Error(`a worker ended with ${code}`);
  });
  const [answer] = await Promise.race([once(worker, "message"), ended]);
  ended.catch(() => {});
  return answer;
}

/** As many connections as calls at a time; and fewer, for which further calls wait. */
async function measureConnections() {
  const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  const results = [];
  for (const atOnce of steps) {
    const options = { calls: CALLS, atOnce, bound: BOUND, rounds };
    const measured = await runApart(new URL("./growth/connections.mjs", import.meta.url), api, options);
    const figures = Object.keys(measured[0]).map((form) => [form, summarize(measured, form)]);
    results.push({ atOnce, ...Object.fromEntries(figures) });
    console.log(`${atOnce} at a time: ${formatCount(results.at(-1).ours.rate)} calls a second`);
  }
  const cellsOf = (key, format) => (result) =>
    ["byHand", "ours", "bounded"].map((form) => (result[form] ? format(result[form][key]) : ""));
  const [rates, times] = [cellsOf("rate", formatCount), cellsOf("microseconds", formatTime)];
  await report({
    title: "Connections",
    titles: [
      "calls at a time, and connections",
      ...["by hand", "ours", `ours, over ${BOUND}`].map((form) => `${form}, a second`),
      ...["by hand", "ours", `ours, over ${BOUND}`],
    ],
    rows: results.map((result) => [String(result.atOnce), ...rates(result), ...times(result)]),
    note: `Calls a second, and processor time of each, of a GET. The server is one process, too. Medians of ${rounds} rounds of ${formatCount(CALLS)} calls.`,
    picture: { name: "benchmarks-connections.svg", svg: drawConnections(results, steps) },
  });
}

function drawConnections(results, steps) {
  const lineOf = (label, form) => {
    const points = results.filter((result) => result[form]);
    return {
      label,
      end: `${formatCount(points.at(-1)[form].rate)}/s`,
      points: points.map((result) => [Math.log2(result.atOnce), result[form].rate]),
    };
  };
  const lines = [
    lineOf("generated", "ours"),
    lineOf("undici.request", "byHand"),
    lineOf(`generated, over ${BOUND}`, "bounded"),
  ];
  const most = Math.ceil(Math.max(...lines.flatMap(({ points }) => points.map(([, rate]) => rate))) / 10_000);
  return drawLines({
    title: "Calls a second of one process",
    description: `Lines of generated calls and of calls by hand, over calls at a time from 1 to 512, each with a connection; from ${BOUND} on another one, of generated calls that share ${BOUND} connections.`,
    lines,
    x: {
      label: "calls at a time",
      most: Math.log2(512),
      ticks: steps.map((step) => [Math.log2(step), step]),
    },
    y: {
      most: most * 10_000,
      ticks: Array.from({ length: most + 1 }, (_, i) => [i * 10_000, formatCount(i * 10_000)]),
    },
  });
}

/** Calls go to one after the other: each has another token. */
async function measureTokenClients() {
  const results = [];
  for (let count = 1; count <= Number(values.clients); count *= 10) {
    const options = { calls: Math.max(CALLS, count), count, rounds };
    const program = new URL("./growth/token-clients.mjs", import.meta.url);
    const { measured, bytes } = await runApart(program, api, options);
    results.push({ count, bytes, ...summarize(measured, "call") });
    console.log(`${formatCount(count)} token clients: ${formatTime(results.at(-1).microseconds)}`);
  }
  await report({
    title: "Token clients",
    titles: ["token clients, each with a generated client", "a second", "processor time", "kB each"],
    rows: results.map(({ count, rate, microseconds, bytes }) => [
      formatCount(count),
      formatCount(rate),
      formatTime(microseconds),
      // Of a few there is more of everything else.
      count < 10_000 ? "" : (bytes / 1000).toFixed(1),
    ]),
    note: `All tokens are cached; \`maxEntries\` is as many as there are. Each call is of another client than the one before. kB: of the heap, for a token client's definition, its token of 800 characters and its generated client.`,
  });
}

async function measureProcesses() {
  const results = [];
  for (const count of [1, 2, 4, 8]) {
    const worker = new URL("./growth/process.mjs", import.meta.url);
    const workers = Array.from({ length: count }, () =>
      fork(worker, [JSON.stringify(api)], { execArgv: [] }),
    );
    const say = (text) => Promise.all(workers.map((one) => tell(one, text)));
    await say("open");
    await say("start");
    await sleep(SECONDS * 1000);
    const figures = await say("stop");
    for (const one of workers) one.disconnect();
    const calls = figures.reduce((sum, { calls }) => sum + calls, 0);
    const microseconds = figures.reduce((sum, { microseconds }) => sum + microseconds, 0) / calls;
    results.push({ count, rate: calls / SECONDS, microseconds });
  }
  await report({
    title: "Processes",
    titles: ["processes", "calls a second, together", "processor time of a call"],
    rows: results.map(({ count, rate, microseconds }) => [
      String(count),
      formatCount(rate),
      formatTime(microseconds),
    ]),
    note: `For ${SECONDS} s all at once, 50 connections each, against one server process: together they want more processors than the machine may have.`,
  });
}
