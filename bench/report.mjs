import { cpus } from "node:os";

/** Says what was measured, on what, and when. */
export function printHeading(title) {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  console.log(`${title}\nNode.js ${process.version}, ${model}, ${new Date().toISOString()}\n`);
}

/** A row of texts for each thing measured: the first column reads from the left, figures line up on the right. */
function printTable(titles, rows) {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [titles, ...rows]) {
    const cells = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]),
    );
    console.log(cells.join("  "));
  }
  console.log();
}

/** 2137000 -> `2,137,000` */
export function formatCount(count) {
  return Math.round(count).toLocaleString("en");
}

/** 23.4 -> `23.4 µs`; from a thousand on in ms. */
export function formatTime(microseconds) {
  return microseconds < 1000 ? `${microseconds.toFixed(1)} µs` : `${(microseconds / 1000).toFixed(2)} ms`;
}

/** Of an odd number of values. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * Prints a table and which targets it meets; a missed one makes the process exit with 1. Where bench.mjs started the
 * process, it gets all of it for the page.
 *
 * @param section.titles - of the columns
 * @param section.rows - of texts
 * @param section.note - in Markdown
 * @param section.targets - `{ text, isMet }` each
 * @param section.picture - `{ name, svg }`: a file of docs/
 * @returns once that is done
 */
export async function report({ title, titles, rows, note = "", targets = [], picture }) {
  console.log(title);
  printTable(titles, rows);
  for (const { text, isMet } of targets) {
    console.log(`${isMet ? "met" : "MISSED"}: ${text}`);
    if (!isMet) process.exitCode = 1;
  }
  if (targets.length > 0) console.log();
  if (process.send === undefined) return;
  await new Promise((resolve) => process.send({ title, titles, rows, note, targets, picture }, resolve));
}
