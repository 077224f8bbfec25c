import { formatPath } from "./document.ts";
import { type Diagnostic, diagnosticAt, GeneratorError } from "./errors.ts";
import type { AuthorizedOperation, AuthorizedSpec, Config, LoadedSpec, ResolvedMapping } from "./model.ts";
import { suggestion } from "./names.ts";
import { chooseAlternative, type Remark } from "./resolve-mapping/choose-alternative.ts";
import { declaredScopes, neededScopes } from "./resolve-mapping/declared-scopes.ts";
import { readSchemes } from "./resolve-mapping/security-schemes.ts";

/**
 * Decides for every operation of every client whether a token goes with it and which scopes it needs, and
 * compares those with what each token client may ask for.
 *
 * @throws {GeneratorError} `ERR_MAPPING_SCOPE` with every operation that its token client cannot serve
 */
export function resolveMapping(config: Config, specs: readonly LoadedSpec[]): ResolvedMapping {
  const resolved = specs.map((spec) => {
    const configured = scopesOf(config, spec.target.tokenClient);
    const { operations, warnings } = authorize(spec, configured);
    const authorized = { ...spec, operations, scopes: declaredScopes(spec.document, operations) };
    return { authorized, warnings, errors: configured ? missingScopes(authorized, configured) : [] };
  });
  const errors = resolved.flatMap((entry) => entry.errors);
  if (errors.length > 0) throw new GeneratorError("ERR_MAPPING_SCOPE", errors);
  const authorized = resolved.map((entry) => entry.authorized);
  const warnings = resolved.flatMap((entry) => entry.warnings);
  return { specs: authorized, warnings: [...warnings, ...unneededScopes(config, authorized)] };
}

function authorize(
  spec: LoadedSpec,
  configured: ReadonlySet<string> | undefined,
): { operations: readonly AuthorizedOperation[]; warnings: readonly Diagnostic[] } {
  const schemes = readSchemes(spec.document);
  const remarks = new Map<string, { pointer: string; remark: Remark; count: number }>();
  const operations = spec.operations.map((source): AuthorizedOperation => {
    const { pointer, operation } = source;
    const own = operation["security"] !== undefined;
    const security = own ? operation["security"] : spec.document["security"];
    const choice = chooseAlternative(security, schemes, configured);
    for (const remark of choice.remarks) {
      const first = { pointer: own ? `${pointer}/security` : "#/security", remark, count: 0 };
      const known = remarks.get(remark.message) ?? first;
      remarks.set(remark.message, { ...known, count: known.count + 1 });
    }
    return { ...source, authorization: choice.authorization };
  });
  return { operations, warnings: [...remarks.values()].map((entry) => warning(spec, entry)) };
}

/** One for all operations that it is about, at the first of them. */
function warning(
  spec: LoadedSpec,
  { pointer, remark, count }: { pointer: string; remark: Remark; count: number },
): Diagnostic {
  const message = count === 1 ? remark.message : `${remark.message} (${count} operations)`;
  return diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, message, fix: remark.fix });
}

function missingScopes(spec: AuthorizedSpec, configured: ReadonlySet<string>): Diagnostic[] {
  return spec.operations.flatMap((operation) => {
    const missing = neededScopes([operation]).filter((scope) => !configured.has(scope));
    const [first] = missing;
    if (first === undefined) return [];
    const { pointer } = operation;
    const message = `needs the scope ${missing.join(" ")}, which token client "${spec.target.tokenClient}" does not ask for`;
    const fix = suggestion(first, configured) ?? "add it to the token client's scope in the config";
    return [diagnosticAt(spec.locate(pointer), { pointer, message, fix })];
  });
}

function unneededScopes(config: Config, specs: readonly AuthorizedSpec[]): Diagnostic[] {
  return Object.keys(config.tokenClients).flatMap((name) => {
    const used = specs.filter(({ target }) => target.tokenClient === name);
    const needed = new Set(used.flatMap(({ operations }) => neededScopes(operations)));
    const unneeded = [...(scopesOf(config, name) ?? [])].filter((scope) => !needed.has(scope));
    // Documents that declare no scopes at all say nothing of what is needed.
    if (unneeded.length === 0 || needed.size === 0) return [];
    const path = ["tokenClients", name, "scope"];
    const pointer = formatPath(path);
    const message = `no operation needs the scope ${unneeded.join(" ")}`;
    const fix = "remove it, so that tokens may do no more than they must";
    return [diagnosticAt(config.locate(path), { severity: "warning", pointer, message, fix })];
  });
}

/** undefined when the config leaves the scope to run time. */
function scopesOf(config: Config, tokenClient: string): ReadonlySet<string> | undefined {
  const scope = config.tokenClients[tokenClient]?.scope;
  return scope === undefined ? undefined : new Set(scope.split(/\s+/).filter(Boolean));
}
