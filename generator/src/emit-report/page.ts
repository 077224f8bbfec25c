import { createHash } from "node:crypto";
import type { AccessReport } from "../model.ts";
import { capitalize } from "../names.ts";
import { findingSection } from "./findings-section.ts";
import { PAGE_START } from "./is-report.ts";
import { type Content, html, Markup } from "./markup.ts";
import { operationSection } from "./operation-section.ts";
import { sumsOf } from "./sums.ts";
import { callSection, tokenClientSection } from "./token-client-section.ts";

/** What the page runs, and how it looks: ours alone, and no text of a document. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/**
 * Writes the report as one page that loads nothing, and runs nothing but its own script: the policy that it carries
 * names that by its hash.
 */
export function emitPage(report: AccessReport, files: PageFiles): string {
  const names = report.clients.map(({ name }) => name).join(", ");
  const page = html`${new Markup(PAGE_START)}<meta http-equiv="Content-Security-Policy" content="${policyOf(files)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Who can call what: ${names}</title>
<style>${new Markup(files.style)}</style>
</head>
<body>
<a class="skip" href="#operations">Skip to the operations</a>
<header>
<h1>Who can call what</h1>
<p>What <code>${report.config}</code> and the documents that it names say of token clients, scopes and operations. What the authorization server grants may be less, or more.</p>
<dl class="sums">${sumsOf(report).map(([noun, sum]) => html`<div><dt>${capitalize(noun)}s</dt><dd>${sum}</dd></div>`)}</dl>
</header>
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${bodyOf(report)}
</main>
<script type="module">${new Markup(files.script)}</script>
</body>
</html>
`;
  return page.text;
}

const SECTIONS = [
  ["findings", "Findings"],
  ["calls", "Token clients and APIs"],
  ["scopes", "Token clients and scopes"],
  ["operations", "Operations"],
] as const;

function bodyOf(report: AccessReport): Content {
  return [findingSection(report), callSection(report), tokenClientSection(report), operationSection(report)];
}

function policyOf({ script, style }: PageFiles): string {
  return `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
}

/** CSP Level 3 §6.7.3.3 */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
