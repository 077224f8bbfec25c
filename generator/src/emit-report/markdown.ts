import type {
  AccessFinding,
  AccessReport,
  ClientAccess,
  OperationAccess,
  TokenClientAccess,
} from "../model.ts";
import { describeFinding } from "./finding-text.ts";
import { MARKDOWN_START } from "./is-report.ts";
import { EFFECTS, guardName, methodOf } from "./operation-names.ts";
import { count, formatNumber, list, type Phrase, plain, say } from "./phrase.ts";
import { sumsOf } from "./sums.ts";

/**
 * Writes the report for a comment on a pull request, or for the summary of a job. What is not ours is in code spans and
 * nowhere else, so that it mentions nobody, links nowhere and makes no markup.
 */
export function emitMarkdown(report: AccessReport): string {
  const head = [
    "# Who can call what",
    sumsOf(report)
      .map(([noun, sum]) => plain(count(sum, noun)))
      .join(" · "),
    ...findingsOf(report),
    "## Token clients and APIs",
    callTable(report),
    "## Token clients and scopes",
    ...report.tokenClients.flatMap(scopeTable),
  ];
  const parts = [...head, ...operationTables(report, head.join("\n\n").length)];
  return `${MARKDOWN_START}${parts.join("\n\n")}\n`;
}

/** GitHub takes no longer comment than 65,536 characters. */
const MAX_CHARACTERS = 60_000;

function findingsOf(report: AccessReport): string[] {
  if (report.findings.length === 0) return [];
  const lines = report.findings.map((finding) => {
    const { message, fix = [] } = describeFinding(finding, report);
    const mark = finding.level === "warning" ? "**Warning.**" : "Note.";
    return ["-", mark, write(message), write(fix), examplesOf(finding, report)].filter(Boolean).join(" ");
  });
  return ["## Findings", lines.join("\n")];
}

function examplesOf({ operations, client }: AccessFinding, report: AccessReport): string {
  const ids = new Set(operations);
  const meant =
    report.clients.find(({ name }) => name === client)?.operations.filter(({ id }) => ids.has(id)) ?? [];
  const names = meant.map(({ method, path }) => `${method} ${path}`);
  return names.length === 0 ? "" : `<br>${write(list(names, MAX_EXAMPLES))}`;
}

const MAX_EXAMPLES = 5;

function callTable({ tokenClients }: AccessReport): string {
  const rows = tokenClients.flatMap(({ name, calls }) =>
    calls.map(({ client, calls: called, couldCall }) => {
      const counts = EFFECTS.map(({ effect }) => {
        const could = couldCall[effect] === 0 ? "" : ` (could: ${formatNumber(couldCall[effect])})`;
        return `${formatNumber(called[effect])}${could}`;
      });
      return [code(name), code(client), ...counts];
    }),
  );
  return table(["Token client", "API", ...EFFECTS.map(({ plural }) => plural)], rows);
}

function scopeTable({ name, scopes, requested }: TokenClientAccess): string[] {
  const rows = scopes.map((scope) => {
    const needed = scope.needed === "no" ? "**no**" : scope.needed === "yes" ? "yes" : "not declared";
    return [code(scope.name), needed, ...EFFECTS.map(({ effect }) => formatNumber(scope.operations[effect]))];
  });
  const asked =
    requested === undefined
      ? "asks for what the authorization server thinks fit"
      : say`asks for ${count(requested.length, "scope")}`;
  const title = `### ${code(name)} ${typeof asked === "string" ? asked : plain(asked)}`;
  if (rows.length === 0) return [title];
  return [title, table(["Scope", "Needed", ...EFFECTS.map(({ plural }) => plural)], rows)];
}

/** As many as there is room for. */
function operationTables({ clients }: AccessReport, written: number): string[] {
  const parts: string[] = ["## Operations"];
  let left = MAX_CHARACTERS - written;
  for (const client of clients) {
    const part = operationTable(client);
    left -= part.length;
    if (left < 0) {
      parts.push(
        "There are more operations than fit in here; the page that `openapi-m2m report` writes has them all.",
      );
      return parts;
    }
    parts.push(part);
  }
  return parts;
}

function operationTable({ name, operations }: ClientAccess): string {
  const rows = operations.map((operation) => [
    code(`${operation.method} ${operation.path}`) + (operation.isDeprecated ? " (deprecated)" : ""),
    operation.tokenClient === undefined ? "none" : code(operation.tokenClient),
    needsOf(operation),
    code(methodOf(operation)),
  ]);
  const summary = `<summary>${name}: ${plain(count(operations.length, "operation"))}</summary>`;
  return [
    `<details>${summary}`,
    table(["Operation", "Token client", "Needs", "Method"], rows),
    "</details>",
  ].join("\n\n");
}

function needsOf(operation: OperationAccess): string {
  const { scopes, credentials, needsCertificate } = operation;
  const named = guardName(operation);
  const given = [...new Set(credentials.flat())].map(code);
  return [...scopes.map(code), named ?? [], ...given, needsCertificate ? "certificate" : []].flat().join(" ");
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function write(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === "string" ? part : code(part.code))).join("");
}

/**
 * A code span. What ends one, or a cell of a table, is written as an escape: the rules for either depend on what it is in.
 *
 * @see GFM §6.3, §4.10
 */
function code(text: string): string {
  const safe = text.replaceAll(/[`|]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
  return safe.trim() === "" ? "` `" : `\`${safe}\``;
}
