// How what a call costs grows: with connections, token clients, processes: growth.mjs [--clients 100000]. See README.md.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { byHand } from "./calls/by-hand.mjs";
import { measureRounds } from "./calls/measure.mjs";
import { openManyClients, ours } from "./calls/ours.mjs";
import { drawLines } from "./picture.mjs";
import { formatCount, formatTime, median, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    /** Token clients at most. */
    clients: { type: "string", default: "100000" },
    /** An odd number. */
    rounds: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);
const CALLS = 10_000;
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

/** As many calls at a time as connections. */
async function measureConnections() {
  const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  const results = [];
  for (const connections of steps) {
    const forms = {
      byHand: await byHand.get({ ...api, connections }),
      ours: await ours.get({ ...api, connections }),
    };
    const measured = await measureRounds(forms, { rounds, calls: CALLS, connections });
    results.push({ connections, byHand: summarize(measured, "byHand"), ours: summarize(measured, "ours") });
    console.log(`${connections} connections: ${formatCount(results.at(-1).ours.rate)} calls a second`);
  }
  const lineOf = (label, form) => ({
    label,
    end: `${formatCount(results.at(-1)[form].rate)}/s`,
    points: results.map((result) => [Math.log2(result.connections), result[form].rate]),
  });
  const most = Math.ceil(
    Math.max(...results.flatMap(({ byHand, ours }) => [byHand.rate, ours.rate])) / 10_000,
  );
  await report({
    title: "Connections",
    titles: ["connections, and calls at a time", "by hand, a second", "ours, a second", "by hand", "ours"],
    rows: results.map(({ connections, byHand, ours }) => [
      String(connections),
      ...[byHand.rate, ours.rate].map(formatCount),
      ...[byHand.microseconds, ours.microseconds].map(formatTime),
    ]),
    note: `Calls a second, and processor time of each, of a GET. The server is one process, too. Medians of ${rounds} rounds of ${formatCount(CALLS)} calls.`,
    picture: {
      name: "benchmarks-connections.svg",
      svg: drawLines({
        title: "Calls a second of one process",
        description: "Two lines, of generated calls and of calls by hand, over connections from 1 to 512.",
        lines: [lineOf("generated", "ours"), lineOf("undici.request", "byHand")],
        x: {
          label: "connections",
          most: Math.log2(512),
          ticks: steps.map((step) => [Math.log2(step), step]),
        },
        y: {
          most: most * 10_000,
          ticks: Array.from({ length: most + 1 }, (_, i) => [i * 10_000, formatCount(i * 10_000)]),
        },
      }),
    },
  });
}

/** Calls go to one after the other: each has another token. */
async function measureTokenClients() {
  const results = [];
  for (let count = 1; count <= Number(values.clients); count *= 10) {
    const { call, readBytes } = await openManyClients({ ...api, connections: 50 }, count);
    const measured = await measureRounds(
      { call },
      { rounds, calls: Math.max(CALLS, count), connections: 50 },
    );
    results.push({ count, bytes: readBytes(), ...summarize(measured, "call") });
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
      count < 1000 ? "" : (bytes / 1000).toFixed(1),
    ]),
    note: `All tokens are cached; \`maxEntries\` is as many as there are. Each call is of another client than the one before. kB: of the heap, for a token client's definition, its token of 800 characters and its generated client.`,
  });
}

async function measureProcesses() {
  const results = [];
  for (const count of [1, 2, 4, 8]) {
    const worker = new URL("./growth/worker.mjs", import.meta.url);
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
