import { type Diagnostic, diagnosticAt, GeneratorError } from "./errors.ts";
import type { AuthorizedOperation, Config, LoadedSpec, ResolvedMapping } from "./model.ts";
import { chooseAlternative, type Remark } from "./resolve-mapping/choose-alternative.ts";
import { missingScopes, scopesOf, unneededScopes } from "./resolve-mapping/compare-scopes.ts";
import { declaredScopes } from "./resolve-mapping/declared-scopes.ts";
import { readSchemes } from "./resolve-mapping/security-schemes.ts";

/**
 * Decides for every operation of every client whether a token goes with it and which scopes it needs, and
 * compares those with what each token client may ask for.
 *
 * @throws {GeneratorError} `ERR_MAPPING_SCOPE` with the scopes that a token client lacks, and the operations that need them
 */
export function resolveMapping(config: Config, specs: readonly LoadedSpec[]): ResolvedMapping {
  const resolved = specs.map((spec) => {
    const configured = scopesOf(config, spec.target.tokenClient);
    const { operations, warnings } = authorize(spec, configured);
    const scopes = declaredScopes(spec.document, operations);
    return { authorized: { ...spec, operations, scopes }, warnings };
  });
  const authorized = resolved.map((entry) => entry.authorized);
  const errors = missingScopes(config, authorized);
  if (errors.length > 0) throw new GeneratorError("ERR_MAPPING_SCOPE", errors);
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
