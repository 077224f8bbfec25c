import { type Diagnostic, GeneratorError, type GeneratorErrorCode } from "./errors.ts";
import type {
  AuthorizedOperation,
  AuthorizedSpec,
  Config,
  CredentialModel,
  LoadedSpec,
  ResolvedMapping,
} from "./model.ts";
import { type Choice, chooseAlternative } from "./resolve-mapping/choose-alternative.ts";
import { missingScopes, scopesOf, unneededScopes } from "./resolve-mapping/compare-scopes.ts";
import { declaredScopes } from "./resolve-mapping/declared-scopes.ts";
import { misnamedSchemes, tokenClientsOf, uselessSettings } from "./resolve-mapping/mapped-schemes.ts";
import type { Circumstances } from "./resolve-mapping/read-alternative.ts";
import { Remarks } from "./resolve-mapping/remarks.ts";
import { readRequirement } from "./resolve-mapping/requirements.ts";
import { readSchemes, type Schemes, undeclaredScheme } from "./resolve-mapping/security-schemes.ts";

/**
 * Decides for every operation of every client whose token goes with it, with which scopes, and what else does, and
 * compares the scopes with what each token client may ask for.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` for a mistake in the security of a document, when the config is
 *   `strict`; `ERR_MAPPING_SCHEME` with the schemes that the mapping names and no token can satisfy;
 *   `ERR_MAPPING_SCOPE` with the scopes that a token client lacks, and the operations that need them
 */
export function resolveMapping(config: Config, specs: readonly LoadedSpec[]): ResolvedMapping {
  const misnamed = specs.flatMap((spec) => misnamedSchemes(config, spec));
  const resolved = specs.map((spec) => authorize(config, spec));
  const authorized = resolved.map(({ spec }) => spec);
  const remarks = resolved.flatMap((entry) => entry.remarks);
  const mistakes = remarks.filter(({ severity }) => severity === "error");
  const missing = missingScopes(config, authorized);
  const code = codeOf(misnamed, mistakes, missing);
  if (code !== undefined) throw new GeneratorError(code, [...misnamed, ...missing, ...remarks]);
  const warnings = [
    ...remarks,
    ...authorized.flatMap((spec) => uselessSettings(config, spec)),
    ...unneededScopes(config, authorized),
  ];
  return { specs: authorized, warnings };
}

function codeOf(
  misnamed: readonly Diagnostic[],
  mistakes: readonly Diagnostic[],
  missing: readonly Diagnostic[],
): GeneratorErrorCode | undefined {
  if (misnamed.length > 0) return "ERR_MAPPING_SCHEME";
  if (mistakes.length > 0) return "ERR_DOCUMENT_INVALID";
  return missing.length > 0 ? "ERR_MAPPING_SCOPE" : undefined;
}

function authorize(
  config: Config,
  spec: LoadedSpec,
): { spec: AuthorizedSpec; remarks: readonly Diagnostic[] } {
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
    const at = operation["security"] === undefined ? "#/security" : `${pointer}/security`;
    remarks.add(at, security ?? [], choice.remarks);
    return { ...source, authorization: choice.authorization };
  });
  const authorized = {
    ...spec,
    operations,
    tokenClients: tokenClientsOf(target),
    credentials: usedCredentials(operations, schemes),
    scopes: declaredScopes(schemes, operations),
  };
  return { spec: authorized, remarks: remarks.diagnostics(spec) };
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
