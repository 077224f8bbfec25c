import { formatPath } from "./document.ts";
import { type Diagnostic, diagnosticAt, GeneratorError } from "./errors.ts";
import type { Authorization, Config, LoadedSpec, Mapping, ResolvedMapping } from "./model.ts";
import { suggestion } from "./names.ts";
import { chooseAlternative, type Remark } from "./resolve-mapping/choose-alternative.ts";
import { declaredScopes } from "./resolve-mapping/declared-scopes.ts";
import { readSchemes } from "./resolve-mapping/security-schemes.ts";

/**
 * Decides for every operation of every client whether a token goes with it and which scopes it needs, and
 * compares those with what each token client may ask for.
 *
 * @throws {GeneratorError} `ERR_MAPPING_SCOPE` with every operation that its token client cannot serve
 */
export function resolveMapping(config: Config, specs: readonly LoadedSpec[]): ResolvedMapping {
  const warnings: Diagnostic[] = [];
  const errors: Diagnostic[] = [];
  const mappings = specs.map((spec): Mapping => {
    const configured = scopesOf(config, spec.target.tokenClient);
    const { authorizations, warnings: remarks } = authorize(spec, configured);
    warnings.push(...remarks);
    errors.push(...missingScopes(spec, authorizations, configured));
    return { spec, authorizations, scopes: declaredScopes(spec, authorizations) };
  });
  if (errors.length > 0) throw new GeneratorError("ERR_MAPPING_SCOPE", errors);
  return { mappings, warnings: [...warnings, ...unneededScopes(config, mappings)] };
}

type Authorizations = ReadonlyMap<string, Authorization>;

function authorize(
  spec: LoadedSpec,
  configured: ReadonlySet<string> | undefined,
): { authorizations: Authorizations; warnings: Diagnostic[] } {
  const schemes = readSchemes(spec.document);
  const remarks = new Map<string, { pointer: string; remark: Remark; count: number }>();
  const entries = spec.operations.map(({ pointer, operation }): [string, Authorization] => {
    const own = operation["security"] !== undefined;
    const security = own ? operation["security"] : spec.document["security"];
    const choice = chooseAlternative(security, schemes, configured);
    for (const remark of choice.remarks) {
      const first = { pointer: own ? `${pointer}/security` : "#/security", remark, count: 0 };
      const known = remarks.get(remark.message) ?? first;
      remarks.set(remark.message, { ...known, count: known.count + 1 });
    }
    return [pointer, choice.authorization];
  });
  return {
    authorizations: new Map(entries),
    warnings: [...remarks.values()].map((entry) => warning(spec, entry)),
  };
}

/** One for all operations that it is about, at the first of them. */
function warning(
  spec: LoadedSpec,
  { pointer, remark, count }: { pointer: string; remark: Remark; count: number },
): Diagnostic {
  const message = count === 1 ? remark.message : `${remark.message} (${count} operations)`;
  return diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, message, fix: remark.fix });
}

function missingScopes(
  spec: LoadedSpec,
  authorizations: Authorizations,
  configured: ReadonlySet<string> | undefined,
): Diagnostic[] {
  return [...authorizations].flatMap(([pointer, authorization]) => {
    if (!authorization.token || configured === undefined) return [];
    const missing = authorization.scopes.filter((scope) => !configured.has(scope));
    if (missing.length === 0) return [];
    const message = `needs the scope ${missing.join(" ")}, which token client "${spec.target.tokenClient}" does not ask for`;
    const fix =
      suggestion(missing[0] ?? "", configured) ?? "add it to the token client's scope in the config";
    return [diagnosticAt(spec.locate(pointer), { pointer, message, fix })];
  });
}

function unneededScopes(config: Config, mappings: readonly Mapping[]): Diagnostic[] {
  return Object.keys(config.tokenClients).flatMap((name) => {
    const used = mappings.filter(({ spec }) => spec.target.tokenClient === name);
    const needed = new Set(
      used.flatMap(({ authorizations }) => [...authorizations.values()].flatMap(neededBy)),
    );
    const unneeded = [...(scopesOf(config, name) ?? [])].filter((scope) => !needed.has(scope));
    // Documents that declare no scopes at all say nothing of what is needed.
    if (unneeded.length === 0 || used.length === 0 || needed.size === 0) return [];
    const path = ["tokenClients", name, "scope"];
    const pointer = formatPath(path);
    const message = `no operation needs the scope ${unneeded.join(" ")}`;
    const fix = "remove it, so that tokens may do no more than they must";
    return [diagnosticAt(config.locate(path), { severity: "warning", pointer, message, fix })];
  });
}

function neededBy(authorization: Authorization): readonly string[] {
  return authorization.token ? authorization.scopes : [];
}

/** undefined when the config leaves the scope to run time. */
function scopesOf(config: Config, tokenClient: string): ReadonlySet<string> | undefined {
  const scope = config.tokenClients[tokenClient]?.scope;
  return scope === undefined ? undefined : new Set(scope.split(/\s+/).filter(Boolean));
}
