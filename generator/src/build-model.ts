import { aliasesOf } from "./build-model/aliases.ts";
import { nameOperations } from "./build-model/name-operations.ts";
import { buildOperation } from "./build-model/operations.ts";
import { asObject, asString, own } from "./document.ts";
import { type Diagnostic, diagnosticAt, errorAt } from "./errors.ts";
import type { ApiModel, LoadedSpec, Mapping, SourceOperation } from "./model.ts";
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
export function buildModel(mapping: Mapping): ApiModel {
  const { spec, authorizations, scopes } = mapping;
  const { className, folder, specName, tokenClient } = spec.target;
  const { methods, renamed, aliases, ...names } = chooseNames(spec);
  const aliasOf = new Map(aliases.map(({ name, schema }) => [schema, name]));
  const baseUrl = baseUrlOf(spec);
  const operations = spec.operations.map((source) => {
    const name = methods.get(source.pointer) ?? "";
    const authorization = authorizations.get(source.pointer) ?? { token: true, scopes: [] };
    return buildOperation(spec.document, source, { name, authorization, aliasOf });
  });
  return {
    className,
    folder,
    specName,
    tokenClient,
    scopes,
    aliases,
    operations,
    ...names,
    ...describe(spec),
    ...(baseUrl !== undefined && { baseUrl }),
    warnings: renamed.map(({ source, message }) => warning(spec, source, message)),
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
function chooseNames({ document, operations, target }: LoadedSpec) {
  const scopeType = `${target.className.replace(/(?<=.)Client$/, "")}Scope`;
  const tableName = `${camelCase(target.folder)}Operations`;
  const fixed = new Set([...IMPORTED_NAMES, target.className, scopeType, tableName]);
  const { names: methods, renamed } = nameOperations(operations, fixed);
  const types = [...methods.values()].flatMap((name) => {
    return [`${capitalize(name)}Input`, `${capitalize(name)}Result`];
  });
  const aliases = aliasesOf(document, new Set([...fixed, ...types]));
  return { scopeType, tableName, methods, renamed, aliases };
}

function warning(spec: LoadedSpec, source: SourceOperation, message: string): Diagnostic {
  const { pointer } = source;
  const fix = "give it another operationId";
  return diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, message, fix });
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
