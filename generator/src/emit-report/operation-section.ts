import type { AccessReport, ClientAccess, OperationAccess } from "../model.ts";
import { filterForm } from "./filter-form.ts";
import { type Content, code, html, type Markup } from "./markup.ts";
import { guardName, methodOf } from "./operation-names.ts";
import { table } from "./table.ts";

/** Every operation of every API, and what filters them. */
export function operationSection(report: AccessReport): Markup {
  return html`<section aria-labelledby="operations">
<h2 id="operations" tabindex="-1">Operations</h2>
${filterForm(report)}
<p role="status"></p>
${report.clients.map(apiPart)}</section>
`;
}

const COLUMNS = ["Operation", "Token client", "Needs", "Method"];

function apiPart(client: ClientAccess, index: number): Markup {
  const { name, title, version, spec, operations } = client;
  const id = `a${index}`;
  return html`<section data-client="${name}" aria-labelledby="${id}">
<h3 id="${id}">${code(name)} <small>${title} ${version}</small></h3>
<dl class="facts"><dt>Document</dt><dd>${spec}</dd><dt>Base URL</dt><dd>${baseUrlOf(client)}</dd><dt>Calls ask for</dt><dd>${
    client.isByOperation ? "the scopes of their operation" : "all scopes of the token client"
  }</dd></dl>
${table({ label: id, columns: COLUMNS, rows: operations.map(rowOf) })}
</section>
`;
}

function baseUrlOf({ baseUrl }: ClientAccess): string {
  if (baseUrl === undefined) return "given at run time";
  return baseUrl === "document" ? "the document's servers, which the config trusts" : baseUrl;
}

function rowOf(operation: OperationAccess): Markup {
  const { method, path, summary, effect, findings, isDeprecated } = operation;
  const about = summary === undefined ? "" : html`<small>${summary}</small>`;
  const mark = isDeprecated ? html` <em class="mark">Deprecated</em>` : "";
  return html`<tr data-is="${[effect, ...findings].join(" ")}"><th scope="row"><b class="${effect}">${method}</b> ${code(
    path,
  )}${mark}${about}</th><td>${callersOf(operation)}</td><td>${needsOf(operation)}</td><td>${code(methodOf(operation))}</td></tr>\n`;
}

function callersOf({ tokenClient, couldBeCalledBy }: OperationAccess): Content {
  const others =
    couldBeCalledBy.length > 0 ? html`<small>could, too: ${spaced(couldBeCalledBy)}</small>` : "";
  return [tokenClient === undefined ? "none" : code(tokenClient), others];
}

function needsOf(operation: OperationAccess): Content {
  const { scopes, credentials, needsCertificate, guard, isOptional, effect } = operation;
  const name = guardName(operation);
  const isOpen =
    guard === "undeclared" || (effect !== "read" && (isOptional || guard === "none" || guard === "token"));
  const mark = name === undefined ? "" : html`<em class="mark${isOpen ? " bad" : ""}">${name}</em>`;
  const given = credentials.map((names) => (names.length === 0 ? "nothing" : names.join(" and ")));
  const also = [given.length > 0 ? given.join(", or ") : [], needsCertificate ? "a certificate" : []].flat();
  const credential = also.length > 0 ? html`<small>${also.join("; ")}</small>` : "";
  return [scopes.map(code), mark, credential];
}

function spaced(names: readonly string[]): Content {
  return names.flatMap((name) => [code(name), " "]);
}
