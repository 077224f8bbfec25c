import { aliasesOf } from "./build-model/aliases.ts";
import { type NamedOperation, nameOperations } from "./build-model/name-operations.ts";
import { buildOperation, streamedTypeOf } from "./build-model/operations.ts";
import { isStreamable } from "./build-model/responses.ts";
import { chooseServers, ownServers, serverWarnings } from "./build-model/servers.ts";
import { asObject, asString } from "./document.ts";
import { type Diagnostic, diagnosticAt } from "./errors.ts";
import type { ApiModel, AuthorizedSpec, LoadedSpec, SourceOperation } from "./model.ts";
import { camelCase, capitalize, IMPORTED_NAMES } from "./names.ts";

/**
 * Decides everything about a generated client, its names included, so that the emitters only print.
 *
 * Names depend on the operation or schema that they are for; only where two would be the same, on which of
 * them comes first in the document.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` when the trusted server of the document cannot be the base URL
 */
export function buildModel(spec: AuthorizedSpec): ApiModel {
  const { className, folder, specName, scopes } = spec.target;
  const { methods, aliases, ...names } = chooseNames(spec);
  const aliasOf = new Map(aliases.map(({ name, schema }) => [schema, name]));
  return {
    className,
    folder,
    specName,
    tokenClients: spec.tokenClients,
    asksByOperation: scopes === "operation",
    credentials: spec.credentials,
    aliases,
    ...names,
    ...describe(spec),
    ...chooseServers(spec),
    scopes: spec.scopes,
    operations: methods.map((method) => {
      const servers = ownServers(spec, method.source);
      const operation = buildOperation(spec.document, method, aliasOf);
      return servers.length > 0 ? { ...operation, servers } : operation;
    }),
    warnings: [...methods.flatMap((method) => renaming(spec, method)), ...serverWarnings(spec)],
  };
}

function describe({ document, target }: LoadedSpec): Pick<ApiModel, "title" | "version" | "description"> {
  const info = asObject(document["info"]);
  const description = asString(info["description"]) ?? asString(info["summary"]);
  return {
    title: asString(info["title"]) ?? target.className,
    version: asString(info["version"]) ?? "",
    ...(description !== undefined && { description }),
  };
}

/** Methods before schemas: a method is called by its name, an alias only saves writing. */
function chooseNames({ document, operations, target }: AuthorizedSpec) {
  const scopeType = `${target.className.replace(/(?<=.)Client$/, "")}Scope`;
  const tableName = `${camelCase(target.folder)}Operations`;
  const tableType = capitalize(tableName);
  const optionsType = `${target.className}Options`;
  const fixed = new Set([...IMPORTED_NAMES, target.className, scopeType, optionsType, tableName, tableType]);
  const methods = nameOperations(operations, fixed);
  const types = methods.flatMap(({ name, source }) => [
    `${capitalize(name)}Input`,
    `${capitalize(name)}Result`,
    ...(isStreamable(document, source) ? [streamedTypeOf(name)] : []),
  ]);
  const aliases = aliasesOf(document, new Set([...fixed, ...types]));
  return { scopeType, optionsType, tableName, tableType, methods, aliases };
}

function renaming(spec: LoadedSpec, { source, renamed }: NamedOperation<SourceOperation>): Diagnostic[] {
  if (renamed === undefined) return [];
  const { pointer } = source;
  const finding = { pointer, message: renamed, fix: "give it another operationId" };
  return [diagnosticAt(spec.locate(pointer), { severity: "warning", ...finding })];
}
