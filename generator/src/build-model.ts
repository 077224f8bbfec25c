import { aliasesOf } from "./build-model/aliases.ts";
import { type NamedOperation, nameOperations } from "./build-model/name-operations.ts";
import { buildOperation } from "./build-model/operations.ts";
import { asObject, asString, own } from "./document.ts";
import { type Diagnostic, diagnosticAt, errorAt } from "./errors.ts";
import type { ApiModel, AuthorizedSpec, LoadedSpec, SourceOperation } from "./model.ts";
import { camelCase, capitalize, IMPORTED_NAMES } from "./names.ts";
import { urlProblem } from "./secure-url.ts";

/**
 * Decides everything about a generated client, its names included, so that the emitters only print.
 *
 * Names depend on the operation or schema that they are for; only where two would be the same, on which of
 * them comes first in the document.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` when the trusted server of the document cannot be the base URL
 */
export function buildModel(spec: AuthorizedSpec): ApiModel {
  const { className, folder, specName, tokenClient } = spec.target;
  const { methods, aliases, ...names } = chooseNames(spec);
  const aliasOf = new Map(aliases.map(({ name, schema }) => [schema, name]));
  const baseUrl = baseUrlOf(spec);
  return {
    className,
    folder,
    specName,
    tokenClient,
    aliases,
    ...names,
    ...describe(spec),
    ...(baseUrl !== undefined && { baseUrl }),
    scopes: spec.scopes,
    operations: methods.map((method) => buildOperation(spec.document, method, aliasOf)),
    warnings: methods.flatMap((method) => renaming(spec, method)),
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
  const fixed = new Set([...IMPORTED_NAMES, target.className, scopeType, tableName, tableType]);
  const methods = nameOperations(operations, fixed);
  const types = methods.flatMap(({ name }) => [`${capitalize(name)}Input`, `${capitalize(name)}Result`]);
  const aliases = aliasesOf(document, new Set([...fixed, ...types]));
  return { scopeType, tableName, tableType, methods, aliases };
}

function renaming(spec: LoadedSpec, { source, renamed }: NamedOperation<SourceOperation>): Diagnostic[] {
  if (renamed === undefined) return [];
  const { pointer } = source;
  const finding = { pointer, message: renamed, fix: "give it another operationId" };
  return [diagnosticAt(spec.locate(pointer), { severity: "warning", ...finding })];
}

/** The document's own server only where the config says that it is trusted. */
function baseUrlOf(spec: LoadedSpec): string | undefined {
  const { target } = spec;
  if (target.baseUrl !== "document") return target.baseUrl;
  const servers = spec.document["servers"];
  const server = asObject(own(servers, "0"));
  const variables = asObject(server["variables"]);
  const url = (asString(server["url"]) ?? "").replaceAll(/\{([^{}]*)\}/g, (placeholder, name: string) =>
    String(asObject(own(variables, name))["default"] ?? placeholder),
  );
  const problem = url.includes("{")
    ? "expected a default for each of its variables"
    : urlProblem(url, ["query", "fragment"]);
  if (problem === undefined) return url;
  const pointer = Array.isArray(servers) ? "#/servers/0/url" : "#";
  const message = `${target.className} takes its baseUrl from the first server: ${problem}`;
  const fix = "write the URL in the config instead of `document`";
  throw errorAt("ERR_DOCUMENT_INVALID", spec.locate(pointer), { pointer, message, fix });
}
