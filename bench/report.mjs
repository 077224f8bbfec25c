import { cpus } from "node:os";

/** Says what was measured, on what, and when. */
export function printHeading(title) {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  console.log(`${title}\nNode.js ${process.version}, ${model}, ${new Date().toISOString()}\n`);
}

/** A row of texts for each thing measured: the first column reads from the left, figures line up on the right. */
export function printTable(titles, rows) {
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

/** Of an odd number of values. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
