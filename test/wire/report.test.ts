import { describe, expect, test } from "vitest";
import { formatTable, listProblems } from "../support/wire/report.ts";
import type { Report } from "../support/wire/run-document.ts";

const report: Report = {
  document: "a.json",
  operations: 2,
  calls: 4,
  validated: 3,
  failures: [{ what: "GET /a, everything", kind: "mismatched", problems: ["one", "two"] }],
};
const reason = "contradicts itself";

describe("listProblems", () => {
  test("lists every call that went wrong", () => {
    expect(listProblems(report, [])).toEqual(["mismatched GET /a, everything: one; two"]);
  });

  test("excepts what a document can't have right", () => {
    expect(listProblems(report, [{ document: "a.json", calls: "GET /a,", reason }])).toEqual([]);
    expect(listProblems(report, [{ document: "b.json", calls: "GET /a,", reason }])).toHaveLength(1);
  });

  test("lists exceptions that nothing needs", () => {
    const exceptions = [
      { document: "a.json", calls: "GET /a,", reason },
      { document: "a.json", calls: "GET /b,", reason },
    ];
    expect(listProblems(report, exceptions)).toEqual(["no call of GET /b, goes wrong: its exception can go"]);
  });
});

test("formatTable adds documents up", () => {
  expect(formatTable([report, { ...report, document: "b", failures: [] }]).split("\n")).toEqual([
    "document  operations  calls  validated  refused  mismatched    right",
    "a.json             2      4          3        0           1   75.0 %",
    "b                  2      4          3        0           0  100.0 %",
    "all                4      8          6        0           1   87.5 %",
    "",
  ]);
});
