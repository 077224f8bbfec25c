import type { AccessFinding, AccessReport } from "../model.ts";
import { filterLink } from "./filter-link.ts";
import { describeFinding } from "./finding-text.ts";
import { html, type Markup, prose } from "./markup.ts";
import { count, plain } from "./phrase.ts";

/** What is to be mended, and what is to be known. */
export function findingSection(report: AccessReport): Markup {
  const items = report.findings.map((finding) => itemOf(finding, report));
  const body =
    items.length > 0
      ? html`<ul class="findings">\n${items}</ul>`
      : html`<p>Nothing was found that is to be mended or known.</p>`;
  return html`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${body}
</section>
`;
}

function itemOf(finding: AccessFinding, report: AccessReport): Markup {
  const { message, fix = [] } = describeFinding(finding, report);
  const { level } = finding;
  const name = level === "warning" ? "Warning" : "Note";
  return html`<li class="${level}"><p><strong class="mark">${name}</strong> ${prose(message)}</p>${
    fix.length > 0 ? html`<p>${prose(fix)}</p>` : ""
  }${linkOf(finding)}</li>\n`;
}

function linkOf({ kind, client, tokenClient, operations }: AccessFinding): Markup | string {
  if (operations.length === 0 || client === undefined) return "";
  const filters = { client, ...(tokenClient !== undefined && { tokenClient }), finding: kind };
  const which =
    operations.length === 1 ? "the operation" : `the ${plain(count(operations.length, "operation"))}`;
  return html`<p>${filterLink(filters, `Show ${which}`)}</p>`;
}
