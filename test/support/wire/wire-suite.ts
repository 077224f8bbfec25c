import { stdout } from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { type Exception, formatTable, listProblems } from "./report.ts";
import { type Report, runDocument } from "./run-document.ts";

/**
 * Declares a test for each document: its client's every call arrives as it was meant, and so does every answer.
 * Prints a table of all.
 *
 * @param documents - name to path, or to a function that gives it when its test runs
 */
export function describeWire(
  title: string,
  documents: Readonly<Record<string, string | (() => string)>>,
  exceptions: readonly Exception[] = [],
): void {
  describe(title, () => {
    const reports: Report[] = [];
    afterAll(() => {
      stdout.write(`\n${title}\n${formatTable(reports)}`);
    });
    test.each(Object.entries(documents))(
      "has every call and every answer arrive as it was meant: %s",
      { timeout: 120_000 },
      async (name, file) => {
        const report = await runDocument(name, typeof file === "string" ? file : file());
        reports.push(report);
        expect(listProblems(report, exceptions).slice(0, 20)).toEqual([]);
      },
    );
  });
}
