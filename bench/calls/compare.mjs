import { runApart } from "../apart.mjs";
import { median } from "../report.mjs";

const PROGRAM = new URL("./run-row.mjs", import.meta.url);

/**
 * Measures one row, in processes of its own, one after the other, against a running API: how a compiler happens to take
 * a program in one of them does not decide alone.
 *
 * @param options - how many `processes`, by default one, the `rounds` of each, both odd numbers, and which `share` of the
 *   row's calls a turn has
 * @returns medians: processor time of a call by the first form, or by the one it stands `beside`, and by the last, in µs;
 *   calls a second by the last; and the ratio, which is taken within each round, so that what else the machine does hits
 *   both
 */
export async function compare(row, api, options) {
  const { title, limit, forms, figure, beside } = row;
  const { processes = 1, ...turns } = options;
  const rounds = [];
  for (let first = 0; first < processes; first++)
    rounds.push(...(await runApart(PROGRAM, row.name, api, { ...turns, first })));
  const names = Object.keys(forms);
  const [base, last] = [names[0], names.at(-1)];
  const ratiosOf = (round) =>
    Object.fromEntries(names.map((name) => [name, round[name].microseconds / round[base].microseconds]));
  const figureOf = figure ?? ((ratios) => ratios[last]);
  const medianOf = (name, key) => median(rounds.map((round) => round[name][key]));
  return {
    title,
    limit,
    base: medianOf(beside ?? base, "microseconds"),
    microseconds: medianOf(last, "microseconds"),
    rate: medianOf(last, "rate"),
    ratio: median(rounds.map((round) => figureOf(ratiosOf(round)))),
  };
}
