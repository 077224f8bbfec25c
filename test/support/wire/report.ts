import type { Failure } from "./call-runner.ts";
import type { Report } from "./run-document.ts";

/** Calls of a document that can't arrive as they are meant, and why: the document contradicts itself or its version. */
export interface Exception {
  readonly document: string;
  /** How the names of the calls begin: `GET /items`. */
  readonly calls: string;
  readonly reason: string;
}

/** What is wrong with a report, as `kind call: problem`; exceptions that nothing needs any more included. */
export function listProblems(report: Report, exceptions: readonly Exception[]): string[] {
  const own = exceptions.filter(({ document }) => document === report.document);
  const isExcepted = ({ what }: Failure) => own.some(({ calls }) => what.startsWith(calls));
  const stale = own.filter(({ calls }) => !report.failures.some(({ what }) => what.startsWith(calls)));
  return [
    ...report.failures
      .filter((failure) => !isExcepted(failure))
      .map(({ kind, what, problems }) => `${kind} ${what}: ${problems.join("; ")}`),
    ...stale.map(({ calls }) => `no call of ${calls} goes wrong: its exception can go`),
  ];
}

const COLUMNS = ["document", "operations", "calls", "validated", "refused", "mismatched", "right"];

/** A table with one line for each document and one for all. */
export function formatTable(reports: readonly Report[]): string {
  const count = (kind: Failure["kind"], { failures }: Report) =>
    failures.filter((failure) => failure.kind === kind).length;
  const numbers = reports.map((report) => [
    report.operations,
    report.calls,
    report.validated,
    count("refused", report),
    count("mismatched", report),
  ]);
  const sums = numbers.reduce(
    (sum, row) => sum.map((value, index) => value + (row[index] ?? 0)),
    [0, 0, 0, 0, 0],
  );
  const rows = [
    ...reports.map(({ document }, index) => toRow(document, numbers[index] ?? [])),
    toRow("all", sums),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...[COLUMNS, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lines = [COLUMNS, ...rows].map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return `${lines.map((cells) => cells.join("  ")).join("\n")}\n`;
}

function toRow(document: string, numbers: readonly number[]): string[] {
  const [, calls = 0, , refused = 0, mismatched = 0] = numbers;
  const right = calls === 0 ? 0 : (100 * (calls - refused - mismatched)) / calls;
  return [document, ...numbers.map(String), `${right.toFixed(1)} %`];
}
