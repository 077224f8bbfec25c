// How long a call takes at a fixed rate, beside one written by hand: latency.mjs [--rounds 5] [--seconds 2]. See README.md.
import { parseArgs } from "node:util";
import { ask, startApart } from "./apart.mjs";
import { openApi } from "./calls/api.mjs";
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
const FORMS = ["undici.request", "generated"];
const quantiles = Object.values(QUANTILES);

/**
 * One round of all rates. Each form has a new process, so that neither pays for what the other leaves to the collector,
 * and what a compiler happens to do is another each time.
 *
 * @returns by rate and form, a figure for each quantile
 */
async function measureRound(round) {
  const program = new URL("./latency/caller.mjs", import.meta.url);
  const callers = FORMS.map((form) => ({ form, process: startApart(program, form, api) }));
  if (round % 2 === 1) callers.reverse();
  for (const { process } of callers) await ask(process, { rate: 5_000, seconds, quantiles }); // To warm up.
  const figures = {};
  for (const rate of RATES) {
    figures[rate] = {};
    for (const { form, process } of callers) {
      figures[rate][form] = await ask(process, { rate, seconds, quantiles });
    }
  }
  for (const { process } of callers) process.disconnect();
  return figures;
}

printHeading("Latency at a fixed rate");
const measured = [];
for (let round = 0; round < rounds; round++) measured.push(await measureRound(round));
const rows = [];
const targets = [];
for (const rate of RATES) {
  for (const [index, quantile] of Object.keys(QUANTILES).entries()) {
    const pairs = measured.map((figures) => FORMS.map((form) => figures[rate][form][index]));
    const [base, own] = [0, 1].map((form) => median(pairs.map((pair) => pair[form])).toFixed(3));
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
  note: `From the moment a call is due to its result, of a GET with 50 connections. Medians of ${rounds} rounds of ${seconds} s, ratios within them; each form has a new process in each round.`,
  targets,
});
