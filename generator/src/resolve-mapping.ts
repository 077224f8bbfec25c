import { type Diagnostic, diagnosticAt, GeneratorError } from "./errors.ts";
import type {
  AuthorizedOperation,
  AuthorizedSpec,
  Config,
  CredentialModel,
  LoadedSpec,
  ResolvedMapping,
} from "./model.ts";
import { type Choice, type Circumstances, chooseAlternative } from "./resolve-mapping/choose-alternative.ts";
import { missingScopes, scopesOf, unneededScopes } from "./resolve-mapping/compare-scopes.ts";
import { declaredScopes } from "./resolve-mapping/declared-scopes.ts";
import { misnamedSchemes, tokenClientsOf, uselessSettings } from "./resolve-mapping/mapped-schemes.ts";
import { type Remark, readRequirement } from "./resolve-mapping/requirements.ts";
import { readSchemes, type Schemes, undeclaredScheme } from "./resolve-mapping/security-schemes.ts";

/**
 * Decides for every operation of every client whose token goes with it, with which scopes, and what else does, and
 * compares the scopes with what each token client may ask for.
 *
 * @throws {GeneratorError} `ERR_MAPPING_SCHEME` with the schemes that the mapping names and no token can satisfy;
 *   `ERR_MAPPING_SCOPE` with the scopes that a token client lacks, and the operations that need them
 */
export function resolveMapping(config: Config, specs: readonly LoadedSpec[]): ResolvedMapping {
  const misnamed = specs.flatMap((spec) => misnamedSchemes(config, spec));
  if (misnamed.length > 0) throw new GeneratorError("ERR_MAPPING_SCHEME", misnamed);
  const resolved = specs.map((spec) => authorize(config, spec));
  const authorized = resolved.map(({ spec }) => spec);
  const missing = missingScopes(config, authorized);
  if (missing.length > 0) throw new GeneratorError("ERR_MAPPING_SCOPE", missing);
  const warnings = [
    ...resolved.flatMap((entry) => entry.warnings),
    ...authorized.flatMap((spec) => uselessSettings(config, spec)),
    ...unneededScopes(config, authorized),
  ];
  return { specs: authorized, warnings };
}

function authorize(
  config: Config,
  spec: LoadedSpec,
): { spec: AuthorizedSpec; warnings: readonly Diagnostic[] } {
  const { target, document } = spec;
  const schemes = readSchemes(document, target);
  const configured = new Map(tokenClientsOf(target).map((name) => [name, scopesOf(config, name)]));
  const circumstances: Circumstances = {
    find: (name) => schemes.get(name) ?? undeclaredScheme(name, target),
    declared: [...schemes.keys()],
    configured: (tokenClient) => configured.get(tokenClient),
  };
  const remarks = new Remarks();
  const operations = spec.operations.map((source): AuthorizedOperation => {
    const { pointer, operation, security } = source;
    const choice =
      security === undefined
        ? undeclared(spec)
        : chooseAlternative(security.map(readRequirement), circumstances);
    remarks.add(operation["security"] === undefined ? "#/security" : `${pointer}/security`, choice.remarks);
    return { ...source, authorization: choice.authorization };
  });
  const authorized = {
    ...spec,
    operations,
    tokenClients: tokenClientsOf(target),
    credentials: usedCredentials(operations, schemes),
    scopes: declaredScopes(schemes, operations),
  };
  return { spec: authorized, warnings: remarks.diagnostics(spec) };
}

/** Where a document says nothing, one token client is for all operations; one by scheme is for those that name it. */
function undeclared({ target: { tokenClient } }: LoadedSpec): Choice {
  if (typeof tokenClient !== "string") return { authorization: { token: false }, remarks: [] };
  return { authorization: { token: true, tokenClient, scopes: [] }, remarks: [] };
}

function usedCredentials(operations: readonly AuthorizedOperation[], schemes: Schemes): CredentialModel[] {
  const used = new Set(operations.flatMap(({ authorization }) => authorization.credentials?.flat() ?? []));
  return [...schemes].flatMap(([name, entry]) => {
    if (entry.by !== "credential" || !used.has(name)) return [];
    const { scheme, description } = entry;
    return [{ name, scheme, ...(description !== undefined && { description }) }];
  });
}

/** One for all operations that it is about, at the first of them. */
class Remarks {
  readonly #byMessage = new Map<string, { pointer: string; remark: Remark; count: number }>();

  add(pointer: string, remarks: readonly Remark[]): void {
    for (const message of new Set(remarks.map((remark) => remark.message))) {
      const remark = remarks.find((candidate) => candidate.message === message) as Remark;
      const known = this.#byMessage.get(message) ?? { pointer, remark, count: 0 };
      this.#byMessage.set(message, { ...known, count: known.count + 1 });
    }
  }

  diagnostics(spec: LoadedSpec): Diagnostic[] {
    return [...this.#byMessage.values()].map(({ pointer, remark, count }) => {
      const message = count === 1 ? remark.message : `${remark.message} (${count} operations)`;
      return diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, message, fix: remark.fix });
    });
  }
}
