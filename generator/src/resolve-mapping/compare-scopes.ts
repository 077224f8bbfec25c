import { isAbsolute } from "node:path";
import { formatPath } from "../document.ts";
import { type Diagnostic, diagnosticAt } from "../errors.ts";
import { operationTitle } from "../http-method.ts";
import type { AuthorizedOperation, AuthorizedSpec, Config } from "../model.ts";
import { abridge, closestName } from "../names.ts";
import { requestedScopes } from "../requested-scopes.ts";
import { neededScopes } from "./declared-scopes.ts";

/** An operation, with the document that says what it needs. */
interface Caller {
  readonly spec: AuthorizedSpec;
  readonly operation: AuthorizedOperation;
}

/** Undefined when the config leaves the scope to run time. */
export function scopesOf(config: Config, tokenClient: string): ReadonlySet<string> | undefined {
  return requestedScopes(config.tokenClients[tokenClient]);
}

/**
 * The scopes that operations need and their token client does not ask for: one error for all operations that lack
 * the same ones, at the token client, since it is there that most such errors are made and mended.
 */
export function missingScopes(config: Config, specs: readonly AuthorizedSpec[]): Diagnostic[] {
  return Object.keys(config.tokenClients).flatMap((name) => {
    const configured = scopesOf(config, name);
    if (configured === undefined) return [];
    const used = specsOf(name, specs);
    return [...groupByMissing(used, name, configured).values()].map(({ missing, callers }) => {
      const pointer = formatPath(pathOf(name));
      const scopes = missing.join(" ");
      const { text, mentions } = describeCallers(callers);
      const message = `lacks ${scopes}, needed by ${text}`;
      const misspelt = closestOf(unknownScopes(configured, used), missing);
      const fix = `add ${scopes} to ${pointer}, or leave scope out when the server decides or the worker asks at run time`;
      return diagnosticAt(config.locate(pathOf(name)), {
        pointer,
        message,
        fix: misspelt === undefined ? fix : `${misspelt} Otherwise ${fix}`,
        mentions,
      });
    });
  });
}

/** Configured scopes that no operation needs, a token client at a time. */
export function unneededScopes(config: Config, specs: readonly AuthorizedSpec[]): Diagnostic[] {
  return Object.keys(config.tokenClients).flatMap((name) => {
    const configured = scopesOf(config, name) ?? new Set<string>();
    const used = specsOf(name, specs);
    const needed = new Set(used.flatMap(({ operations }) => neededScopes(operations, name)));
    const unneeded = [...configured].filter((scope) => !needed.has(scope));
    // Documents that declare no scopes at all say nothing of what is needed.
    if (unneeded.length === 0 || needed.size === 0) return [];
    const pointer = formatPath(pathOf(name));
    const message = `no operation needs the scope ${unneeded.join(" ")}`;
    const declared = used.flatMap(({ scopes }) => scopes).filter((scope) => !configured.has(scope));
    const fix =
      closestOf(unknownScopes(configured, used), declared) ??
      "remove it, so that tokens may do no more than they must";
    return [diagnosticAt(config.locate(pathOf(name)), { severity: "warning", pointer, message, fix })];
  });
}

function pathOf(tokenClient: string): readonly string[] {
  return ["tokenClients", tokenClient, "scope"];
}

function specsOf(tokenClient: string, specs: readonly AuthorizedSpec[]): readonly AuthorizedSpec[] {
  return specs.filter(({ tokenClients }) => tokenClients.includes(tokenClient));
}

function groupByMissing(
  specs: readonly AuthorizedSpec[],
  tokenClient: string,
  configured: ReadonlySet<string>,
) {
  const groups = new Map<string, { missing: readonly string[]; callers: Map<string, Caller> }>();
  for (const spec of specs) {
    for (const operation of spec.operations) {
      const missing = neededScopes([operation], tokenClient).filter((scope) => !configured.has(scope));
      if (missing.length === 0) continue;
      const key = missing.toSorted().join(" ");
      const group = groups.get(key) ?? { missing, callers: new Map() };
      // Several clients may be made of one document.
      group.callers.set(`${spec.target.spec} ${operation.pointer}`, { spec, operation });
      groups.set(key, group);
    }
  }
  return groups;
}

/** `GET /items (specs/catalog.yaml:12), PUT /items/{id} and 3 more`. */
function describeCallers(callers: ReadonlyMap<string, Caller>): { text: string; mentions: string[] } {
  const mentions: string[] = [];
  const names = [...callers.values()].map(({ spec, operation }, index) => {
    const name = operationTitle(operation);
    if (index > 0) return name;
    const { file, line } = spec.locate(operation.pointer);
    // That of a remote document may hold a key in its query.
    if (!isAbsolute(file)) return `${name} (${spec.target.specName}:${line})`;
    mentions.push(file);
    return `${name} (${file}:${line})`;
  });
  return { text: abridge(names), mentions };
}

/** Those that no document knows. */
function unknownScopes(configured: ReadonlySet<string>, specs: readonly AuthorizedSpec[]): string[] {
  const known = new Set(specs.flatMap(({ scopes }) => scopes));
  return [...configured].filter((scope) => !known.has(scope));
}

function closestOf(unknown: readonly string[], candidates: readonly string[]): string | undefined {
  for (const scope of unknown) {
    const closest = closestName(scope, candidates);
    if (closest !== undefined) return `did you mean "${closest}" instead of "${scope}"?`;
  }
  return undefined;
}
