// What a call costs beside one written by hand: calls.mjs [--only get,post] [--rounds 5] [--processes 1] [--short].
// See README.md.
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { compare } from "./calls/compare.mjs";
import { ourRows } from "./calls/rows.mjs";
import { formatCount, formatTime, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    /** An odd number. */
    rounds: { type: "string", default: "5" },
    /** An odd number; each has so many rounds. */
    processes: { type: "string", default: "1" },
    /** A third of the calls; a row passes when the best of three tries is within 15 % of its limit. */
    short: { type: "boolean", default: false },
  },
});
const { tries, slack, share } = values.short
  ? { tries: 3, slack: 1.15, share: 1 / 3 }
  : { tries: 1, slack: 1, share: 1 };

const [rounds, processes] = [Number(values.rounds), Number(values.processes)];
const names =
  values.only?.split(",") ??
  Object.keys(ourRows).filter((name) => !values.short || ourRows[name].limit !== undefined);
const api = await openApi();

const EQUAL =
  "The last row compares an upload with itself: by what it differs, the one above may differ by chance. ";

async function measureBest(row) {
  const most = row.limit === undefined ? Number.POSITIVE_INFINITY : row.limit * slack;
  let best;
  for (let tried = 0; tried < tries && !(best?.ratio <= most); tried++) {
    const result = await compare(row, api, { rounds, processes, share });
    console.log(`${row.name}: ${result.ratio.toFixed(2)}${row.limit ? ` (at most ${row.limit})` : ""}`);
    if (best === undefined || result.ratio < best.ratio) best = result;
  }
  return best;
}

printHeading("Calls, beside calls written by hand");
const results = [];
for (const name of names) results.push(await measureBest({ name, ...ourRows[name] }));
console.log();
const comparesEqual = results.some(({ limit }) => limit === undefined);
await report({
  title: "A call, beside one written by hand",
  titles: ["", "by hand", "ours", "ours a second", "ratio", "at most"],
  rows: results.map(({ title, limit, base, microseconds, rate, ratio }) => [
    title,
    formatTime(base),
    formatTime(microseconds),
    formatCount(rate),
    ratio.toFixed(2),
    limit?.toFixed(2) ?? "",
  ]),
  note: `Processor time of the process that calls, of all its threads. By hand: undici.request with a static header, unless the row says otherwise. Ours: with a cached token, what a rejected token takes, a timeout of 30 s and typed results. ${comparesEqual ? EQUAL : ""}Medians of ${rounds * processes} rounds${processes > 1 ? ` in ${processes} processes` : ""}, ratios within them.`,
  targets: results
    .filter(({ limit }) => limit !== undefined)
    .map(({ title, ratio, limit }) => ({
      text: `${title}: at most ${limit}${slack > 1 ? ", within 15 %" : ""}`,
      isMet: ratio <= limit * slack,
    })),
});
