import type { AccessReport, CallAccess, EffectCounts, ScopeAccess, TokenClientAccess } from "../model.ts";
import { type Filters, filterLink } from "./filter-link.ts";
import { type Content, code, html, type Markup } from "./markup.ts";
import { EFFECTS } from "./operation-names.ts";
import { table } from "./table.ts";

/** Which token client calls how many operations of which API. */
export function callSection({ tokenClients }: AccessReport): Markup {
  const rows = tokenClients.flatMap((tokenClient) =>
    tokenClient.calls.flatMap((call) => rowsOf(tokenClient, call)),
  );
  return html`<section aria-labelledby="calls">
<h2 id="calls">Token clients and APIs</h2>
<p>A method tells what a call does: <code>DELETE</code> deletes, <code>GET</code> and the like read, all others change something.</p>
${table({ label: "calls", columns: ["Token client", "API", ...EFFECTS.map(({ plural }) => plural)], numbers: 2, rows })}
</section>
`;
}

function rowsOf({ name }: TokenClientAccess, { client, calls, couldCall }: CallAccess): Markup[] {
  const row = (counts: EffectCounts, filters: Filters, note: string) => {
    return html`<tr><th scope="row">${code(name)}</th><td>${code(client)}${note && html`<small>${note}</small>`}</td>${numbers(
      counts,
      { client, tokenClient: name, ...filters },
    )}</tr>\n`;
  };
  const isCalling = EFFECTS.some(({ effect }) => calls[effect] > 0);
  const couldMore = EFFECTS.some(({ effect }) => couldCall[effect] > 0);
  return [
    isCalling || !couldMore ? row(calls, {}, "") : [],
    couldMore
      ? row(couldCall, { finding: "other-token-client" }, "could call, though nothing of its does")
      : [],
  ].flat();
}

/** Number cells, a column an effect; each leads to its operations. */
function numbers(counts: EffectCounts, filters: Filters): Content {
  return EFFECTS.map(({ effect, plural }) => {
    const amount = counts[effect];
    const about = [filters.tokenClient, filters.client, filters.scope].filter(Boolean).join(", ");
    const link = () =>
      filterLink({ ...filters, effect }, amount, `${amount} ${plural.toLowerCase()}: ${about}`);
    return html`<td class="number">${amount === 0 ? 0 : link()}</td>`;
  });
}

/** What each token client asks for, and what of that is needed. */
export function tokenClientSection({ tokenClients }: AccessReport): Markup {
  return html`<section aria-labelledby="scopes">
<h2 id="scopes">Token clients and scopes</h2>
${tokenClients.map(tokenClientPart)}</section>
`;
}

function tokenClientPart(tokenClient: TokenClientAccess, index: number): Markup {
  const { name, scopes } = tokenClient;
  const id = `t${index}`;
  const rows = scopes.map((scope) => scopeRow(name, scope));
  const columns = ["Scope", "Needed", ...EFFECTS.map(({ plural }) => plural)];
  return html`<h3 id="${id}">${code(name)}</h3>
<dl class="facts">${factsOf(tokenClient).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>
${rows.length > 0 ? table({ label: id, columns, numbers: 2, rows }) : ""}
`;
}

function factsOf({ issuer, tokenEndpoint, resources, audience, requested, reach }: TokenClientAccess) {
  const facts: [string, Content][] = [];
  const add = (term: string, value: Content | undefined) => {
    if (value !== undefined) facts.push([term, value]);
  };
  add("Issuer", issuer);
  add("Token endpoint", tokenEndpoint);
  add("Resource", resources.length > 0 ? resources.join(", ") : undefined);
  add("Audience", audience);
  add(
    "Asks for",
    requested === undefined ? "what the authorization server thinks fit" : scopeCount(requested.length),
  );
  if (reach === undefined) return facts;
  const { ofClient, ofOperation, isByOperation } = reach;
  add("A token of all scopes", html`is good for ${operations(ofClient.operations)}`);
  const asked = isByOperation
    ? "as each call asks for one"
    : html`as <code>scopes: "operation"</code> would ask for one`;
  add(
    "A token of one call's scopes",
    html`is good for ${operations(ofOperation.medianOperations)} in the median, ${ofOperation.mostOperations} at most, ${asked}`,
  );
  return facts;
}

function scopeCount(amount: number): string {
  return `${amount} scope${amount === 1 ? "" : "s"}`;
}

function operations(amount: number): string {
  return `${amount} operation${amount === 1 ? "" : "s"}`;
}

function neededMark(needed: ScopeAccess["needed"]): Content {
  if (needed === "yes") return "yes";
  return needed === "no" ? html`<em class="mark bad">no</em>` : html`<em class="mark">not declared</em>`;
}

function scopeRow(tokenClient: string, { name, needed, operations }: ScopeAccess): Markup {
  return html`<tr><th scope="row">${code(name)}</th><td>${neededMark(needed)}</td>${numbers(operations, {
    tokenClient,
    scope: name,
  })}</tr>\n`;
}
