import { stdout } from "node:process";
import { afterAll } from "vitest";
import { type Exception, formatTable, listProblems } from "./report.ts";
import { type Report, runDocument } from "./run-document.ts";

/** Runs documents, and prints a table of them after the last test of its file. */
export interface WireSuite {
  /** What went wrong with the calls of a document: nothing, unless an exception says why; twenty at most. */
  problemsOf(name: string, file: string): Promise<string[]>;
}

export function createSuite(
  title: string,
  { exceptions = [], rounds = 1 }: { exceptions?: readonly Exception[]; rounds?: number } = {},
): WireSuite {
  const reports: Report[] = [];
  afterAll(() => {
    stdout.write(`\n${title}\n${formatTable(reports)}`);
  });
  return {
    async problemsOf(name, file) {
      const report = await runDocument(name, file, rounds);
      reports.push(report);
      return listProblems(report, exceptions).slice(0, 20);
    },
  };
}
