import type { AccessReport } from "../model.ts";
import { html, type Markup } from "./markup.ts";
import { EFFECTS, FINDING_NAMES } from "./operation-names.ts";

type Option = readonly [value: string, name: string];

/** What filters the operations; hidden until the script runs that does it. */
export function filterForm({ clients, tokenClients, findings }: AccessReport): Markup {
  const operations = clients.flatMap((client) => client.operations);
  const scopes = [...new Set(operations.flatMap((operation) => operation.scopes))].toSorted();
  const found = new Set(findings.map(({ kind }) => kind));
  const kinds = Object.entries(FINDING_NAMES).filter(([kind]) => [...found].some((name) => name === kind));
  return html`<form role="search" aria-label="Filter the operations" hidden>
<div class="field search"><label for="f-q">Search</label><input type="search" id="f-q" name="q" autocomplete="off" spellcheck="false" placeholder="delete invoice"></div>
${select(
  "client",
  "API",
  clients.map(({ name }) => [name, name]),
)}
${select(
  "tokenClient",
  "Token client",
  tokenClients.map(({ name }) => [name, name]),
)}
${select(
  "scope",
  "Scope",
  scopes.map((name) => [name, name]),
)}
${select(
  "effect",
  "Effect",
  EFFECTS.map(({ effect, plural }) => [effect, plural]),
)}
${select("finding", "Finding", kinds)}
<button type="reset">Show all</button>
</form>`;
}

function select(name: string, label: string, options: readonly Option[]): Markup {
  const id = `f-${name}`;
  return html`<div class="field"><label for="${id}">${label}</label><select id="${id}" name="${name}"><option value="">any</option>${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select></div>`;
}
