// How long a call takes at a fixed rate, beside one written by hand: latency.mjs [--rounds 5] [--seconds 2]. See README.md.
import { parseArgs } from "node:util";
import { ask, startApart } from "./apart.mjs";
import { openApi } from "./calls/api.mjs";
import { takeTurns } from "./calls/measure.mjs";
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
const NOISE_PERCENT = 5;

const api = await openApi();
const program = new URL("./latency/caller.mjs", import.meta.url);
/** In processes of their own: neither pays for what the other leaves to the collector. */
const callers = Object.fromEntries(
  ["undici.request", "generated"].map((form) => [form, startApart(program, form, api)]),
);

printHeading("Latency at a fixed rate");
const rows = [];
const targets = [];
for (const rate of RATES) {
  const load = { rate, seconds, quantiles: Object.values(QUANTILES) };
  const measured = await takeTurns(callers, rounds, (caller) => ask(caller, load));
  for (const [index, quantile] of Object.keys(QUANTILES).entries()) {
    const pairs = measured.map((figures) => Object.keys(callers).map((form) => figures[form][index]));
    const [base, own] = [0, 1].map((form) => median(pairs.map((pair) => pair[form])).toFixed(2));
    const ratio = median(pairs.map(([base, own]) => own / base));
    rows.push([`${formatCount(rate)} a second, ${quantile}`, base, own, ratio.toFixed(2)]);
    targets.push({
      text: `${quantile} at ${formatCount(rate)} a second no more than by hand, within ${NOISE_PERCENT} %`,
      isMet: ratio <= 1 + NOISE_PERCENT / 100,
    });
  }
}
await report({
  title: "Latency at a fixed rate",
  titles: ["", "undici.request, ms", "generated, ms", "ratio"],
  rows,
  note: `From the moment a call is due to its result, of a GET with 50 connections, each form in a process of its own. Medians of ${rounds} rounds of ${seconds} s, ratios within them.`,
  targets,
});
for (const caller of Object.values(callers)) caller.disconnect();
