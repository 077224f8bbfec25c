import { stripVTControlCharacters, styleText } from "node:util";
import { type ClientFigures, type Counts, sum, sumByTokenClient } from "./figures.ts";

const columns = ["calls", "cacheHits", "tokenRequests", "resends"] as const;
const titles = [" calls", "cache hits", "token requests", "401 re-sends"];

/** One row per worker and token client, and their sum; colours as the terminal and NO_COLOR allow. */
export function renderTable(clients: readonly ClientFigures[]): string[] {
  const cells = (counts: Counts) =>
    columns.map((column, index) => {
      const cell = String(counts[column]).padStart(titles[index]?.length ?? 0);
      return column === "resends" && counts.resends > 0 ? styleText("yellow", cell) : cell;
    });
  const line = (worker: string, client: string, figures: readonly string[]) =>
    [worker.padEnd(18), client.padEnd(15), ...figures].join("  ");
  return [
    styleText("bold", line("worker", "token client", titles)),
    ...clients.map((each) => line(each.worker, each.client, cells(each))),
    styleText("bold", line("all", "", cells(sum(clients)))),
  ];
}

/** Everything on one line, for a log: the sums of each token client. */
export function renderLine(seconds: number, clients: readonly ClientFigures[]): string {
  const sums = Object.entries(sumByTokenClient(clients)).map(
    ([client, { calls, cacheHits, tokenRequests, resends }]) =>
      `${client}: ${calls} calls, ${cacheHits} cache hits, ${tokenRequests} token requests, ${resends} re-sends`,
  );
  return `${seconds} s  ${sums.join("; ")}`;
}

/** Writes lines over those that it wrote before. */
export function createRedrawer(terminal: NodeJS.WriteStream): (lines: readonly string[]) => void {
  let drawn = 0;
  return (lines) => {
    const up = drawn > 0 ? `\x1b[${drawn}A` : "";
    const fits = lines.map((line) => (width(line) <= terminal.columns ? line : cut(line, terminal.columns)));
    terminal.write(`${up}${fits.map((line) => `\x1b[2K${line}\n`).join("")}`);
    drawn = lines.length;
  };
}

function width(line: string): number {
  return stripVTControlCharacters(line).length;
}

/** A line that wrapped would be counted as one and redrawn as two. */
function cut(line: string, columns: number): string {
  return stripVTControlCharacters(line).slice(0, columns);
}
