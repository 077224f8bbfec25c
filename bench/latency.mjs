// How long a call takes at a fixed rate, beside one written by hand: latency.mjs [--rounds 5] [--seconds 2]. See README.md.
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { byHand } from "./calls/by-hand.mjs";
import { ours } from "./calls/ours.mjs";
import { formatCount, median, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    /** An odd number. */
    rounds: { type: "string", default: "5" },
    /** Of each turn. */
    seconds: { type: "string", default: "2" },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
/** Calls a second. */
const RATES = [1_000, 5_000, 10_000];
const QUANTILES = { p50: 0.5, p99: 0.99 };
/** What two equal forms differ by on a machine that does other things too. */
const NOISE = 1.05;

const api = await openApi();
const forms = {
  "undici.request": await byHand.get({ ...api, connections: 50 }),
  generated: await ours.get({ ...api, connections: 50 }),
};

/** Calls at fixed moments, whatever has become of the calls before: who is late at a moment has waited since then. */
async function callAtRate(call, rate) {
  const latencies = [];
  const pending = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.min(((performance.now() - startedAt) / 1000) * rate, rate * seconds);
    for (; sent < due; sent++) {
      const dueAt = startedAt + (sent / rate) * 1000;
      pending.push(call().then(() => latencies.push(performance.now() - dueAt)));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(pending);
  // What can't keep up has ever more to do: what it takes then says nothing.
  if ((performance.now() - startedAt) / 1000 > seconds * 1.05)
    throw new Error(`can't keep up with ${rate} a second`);
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  return Object.fromEntries(Object.entries(QUANTILES).map(([name, share]) => [name, at(share)]));
}

async function measureRate(rate) {
  const measured = [];
  // The first is to warm up.
  for (let round = 0; round <= rounds; round++) {
    const figures = {};
    const entries = Object.entries(forms);
    if (round % 2 === 1) entries.reverse();
    for (const [name, call] of entries) figures[name] = await callAtRate(call, rate);
    if (round > 0) measured.push(figures);
  }
  return measured;
}

printHeading("Latency at a fixed rate");
const rows = [];
const targets = [];
for (const rate of RATES) {
  const measured = await measureRate(rate);
  const medianOf = (name, quantile) => median(measured.map((figures) => figures[name][quantile]));
  const ratioOf = (quantile) =>
    median(
      measured.map(({ generated, ...others }) => generated[quantile] / others["undici.request"][quantile]),
    );
  for (const quantile of Object.keys(QUANTILES)) {
    const ratio = ratioOf(quantile);
    const [base, own] = Object.keys(forms).map((name) => medianOf(name, quantile).toFixed(2));
    rows.push([`${formatCount(rate)} a second, ${quantile}`, base, own, ratio.toFixed(2)]);
    targets.push({
      text: `${quantile} at ${formatCount(rate)} a second no more than by hand, but for ${NOISE}`,
      isMet: ratio <= NOISE,
    });
  }
}
await report({
  title: "Latency at a fixed rate",
  titles: ["", "undici.request, ms", "generated, ms", "ratio"],
  rows,
  note: `From the moment a call is due to its result, of a GET with 50 connections. Medians of ${rounds} rounds of ${seconds} s, ratios within them.`,
  targets,
});
process.exit(); // The connections of both would keep it.
