import { describeFinding } from "./emit-report/finding-text.ts";
import { legible } from "./emit-report/legible.ts";
import { emitMarkdown } from "./emit-report/markdown.ts";
import { emitPage } from "./emit-report/page.ts";
import { readPageFiles } from "./emit-report/page-files.ts";
import { plain } from "./emit-report/phrase.ts";
import type { AccessReport } from "./model.ts";

export { isReport } from "./emit-report/is-report.ts";

/** A page for people, a text for a pull request, or data for programs. */
export type ReportFormat = "html" | "markdown" | "json";

/** Writes a report as text: the same for the same report, on any machine. */
export function emitReport(report: AccessReport, format: ReportFormat): string {
  switch (format) {
    case "html":
      return emitPage(legible(report), readPageFiles());
    case "markdown":
      return emitMarkdown(legible(report));
    case "json":
      return emitJson(report);
  }
}

/** The report itself, its findings with what they mean; fit for a terminal too, so what turns text there is escaped. */
function emitJson(report: AccessReport): string {
  const findings = report.findings.map((finding) => {
    const { message, fix } = describeFinding(finding, report);
    return { ...finding, message: plain(message), ...(fix && { fix: plain(fix) }) };
  });
  const text = JSON.stringify({ ...report, findings }, null, 2);
  return `${text.replaceAll(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** What JSON leaves as it is. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
