import { aliasesOf, type NamedSchema } from "./build-model/aliases.ts";
import { enumsOf } from "./build-model/enums.ts";
import { typesOfMethod } from "./build-model/method-names.ts";
import { groupByTag, UNGROUPED } from "./build-model/name-groups.ts";
import { type NamedOperation, nameOperations } from "./build-model/name-operations.ts";
import { buildOperation } from "./build-model/operations.ts";
import { chooseServers, ownServers, serverWarnings } from "./build-model/servers.ts";
import { asObject, asString, formatPointer } from "./document.ts";
import { type Diagnostic, diagnosticAt } from "./errors.ts";
import type { ApiModel, AuthorizedSpec, LoadedSpec, SourceOperation } from "./model.ts";
import { camelCase, capitalize, firstFree, IMPORTED_NAMES } from "./names.ts";

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
  const { methods, aliases, grouping, ...names } = chooseNames(spec);
  const aliasOf = new Map(aliases.map(({ name, schema }) => [schema, name]));
  return {
    className,
    folder,
    specName,
    tokenClients: spec.tokenClients,
    asksByOperation: scopes === "operation",
    credentials: spec.credentials,
    readOnlyShapes: spec.readOnlyShapes ?? {},
    aliases: aliases.map(({ renamed: _, ...alias }) => alias),
    groups: grouping.groups,
    ...names,
    ...describe(spec),
    ...chooseServers(spec),
    scopes: spec.scopes,
    operations: methods.map((method) => {
      const servers = ownServers(spec, method.source);
      const operation = buildOperation(spec, method, aliasOf);
      return servers.length > 0 ? { ...operation, servers } : operation;
    }),
    warnings: [
      ...grouping.warnings,
      ...methods.flatMap((method) => renaming(spec, method)),
      ...aliases.flatMap((alias) => aliasRenaming(spec, alias)),
      ...serverWarnings(spec),
    ],
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
function chooseNames(spec: AuthorizedSpec) {
  const { document, operations, target } = spec;
  const base = target.className.replace(/(?<=.)Client$/, "");
  const scopeType = `${base}Scope`;
  const methodsClass = `${base}Methods`;
  const tableName = `${camelCase(target.folder)}Operations`;
  const tableType = capitalize(tableName);
  const optionsType = unlikeImported(`${target.className}Options`);
  const grouping = target.group === "tag" ? groupByTag(spec, base) : UNGROUPED;
  const fixed = new Set([
    ...IMPORTED_NAMES,
    ...[target.className, methodsClass, scopeType, optionsType, tableName, tableType],
    ...grouping.groups.map(({ className }) => className),
  ]);
  const methods = nameOperations(operations, grouping, fixed);
  const taken = new Set([...fixed, ...methods.flatMap(({ key }) => typesOfMethod(key))]);
  const aliases = aliasesOf(document, taken);
  const enums = enumsOf(document, aliases, taken);
  return { scopeType, methodsClass, optionsType, tableName, tableType, methods, aliases, enums, grouping };
}

/** A class called `Call` has options too. */
function unlikeImported(name: string): string {
  return firstFree(name, (free) => IMPORTED_NAMES.has(free));
}

function renaming(spec: LoadedSpec, { source, renamed }: NamedOperation<SourceOperation>): Diagnostic[] {
  if (renamed === undefined) return [];
  const hasId = source.operation["operationId"] !== undefined;
  const pointer = hasId ? `${source.pointer}/operationId` : source.pointer;
  const finding = { pointer, message: renamed, fix: "give it another operationId" };
  return [diagnosticAt(spec.locate(pointer), { severity: "warning", ...finding })];
}

function aliasRenaming(spec: LoadedSpec, { schema, renamed }: NamedSchema): Diagnostic[] {
  if (renamed === undefined) return [];
  const pointer = formatPointer(["components", "schemas", schema]);
  const finding = { pointer, message: renamed, fix: "rename the schema if you mind" };
  return [diagnosticAt(spec.locate(pointer), { severity: "warning", ...finding })];
}
