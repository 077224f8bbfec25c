// How the cost of a call grows with connections, token clients and processes: growth.mjs [--clients 100000] [--rounds 5].
// See README.md.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ask, runApart, startApart } from "./apart.mjs";
import { openApi } from "./calls/api.mjs";
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
/** At most so many connections, however many calls. */
const BOUND = 64;
/** For which processes call. */
const SECONDS = 3;

const api = await openApi();
printHeading("How costs grow");
await measureConnections();
await measureTokenClients();
await measureProcesses();

function summarize(measured, name) {
  const of = (key) => median(measured.map((figures) => figures[name][key]));
  return { microseconds: of("microseconds"), rate: of("rate") };
}

/** As many connections as calls at a time; and fewer, for which further calls wait. */
async function measureConnections() {
  const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  const results = [];
  for (const atOnce of steps) {
    const options = { calls: CALLS, atOnce, bound: BOUND, rounds };
    const measured = await runApart(new URL("./growth/connections.mjs", import.meta.url), api, options);
    const figures = Object.keys(measured[0]).map((form) => [form, summarize(measured, form)]);
    const ratio = median(measured.map(({ byHand, ours }) => ours.microseconds / byHand.microseconds));
    results.push({ atOnce, ratio, ...Object.fromEntries(figures) });
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
      "ratio",
    ],
    rows: results.map((result) => [
      String(result.atOnce),
      ...rates(result),
      ...times(result),
      result.ratio.toFixed(2),
    ]),
    note: `Calls a second, and processor time of each, of a GET; the ratio is of ours to by hand. The server is one process, too. Medians of ${rounds} rounds of ${formatCount(CALLS)} calls.`,
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

/** Each call is of the next token client, and carries another token. */
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
    note: `All tokens are cached; \`cache.max\` is as many as there are. Each call is of the next client. kB: of the heap, for a token client's definition, its token of 800 characters and its generated client.`,
  });
}

async function measureProcesses() {
  const results = [];
  for (const count of [1, 2, 4, 8]) {
    const program = new URL("./growth/process.mjs", import.meta.url);
    const processes = Array.from({ length: count }, () => startApart(program, api));
    const askAll = (command) => Promise.all(processes.map((one) => ask(one, command)));
    await askAll("warmUp");
    await askAll("start");
    await sleep(SECONDS * 1000);
    const figures = await askAll("stop");
    for (const one of processes) one.disconnect();
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
    note: `For ${SECONDS} s all at once, 50 connections each, against one server process: where there are fewer processors than processes, this says what it costs that they share them.`,
  });
}
