import { aliasesOf } from "./build-model/aliases.ts";
import { nameOperations } from "./build-model/name-operations.ts";
import { buildOperation } from "./build-model/operations.ts";
import { asObject, asString, own } from "./document.ts";
import { type Diagnostic, GeneratorError } from "./errors.ts";
import type { ApiModel, Mapping, SourceOperation } from "./model.ts";
import { camelCase, capitalize } from "./names.ts";
import { isSecure } from "./secure-url.ts";

/** What a generated client imports: none of its own names may be one of these. */
const IMPORTED = [
  ...[
    "ApiClient",
    "ApiClientOptions",
    "BinaryBody",
    "CallOptions",
    "Failure",
    "Operation",
    "PublicCallOptions",
  ],
  ...["RequiredBaseUrl", "Success", "Undeclared", "call", "components", "operations", "paths"],
];

/**
 * Decides everything about a generated client, its names included, so that the emitters only print.
 *
 * Names depend on the operation or schema that they are for; only where two would be the same, on which of
 * them comes first in the document.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` when the trusted server of the document is no https URL
 */
export function buildModel(mapping: Mapping): ApiModel {
  const { spec } = mapping;
  const { target } = spec;
  const base = target.className.replace(/(?<=.)Client$/, "");
  const fixed = new Set([
    ...IMPORTED,
    target.className,
    `${base}Scope`,
    `${camelCase(target.folder)}Operations`,
  ]);
  const { names, renamed } = nameOperations(spec.operations, fixed);
  const typeNames = [...names.values()].flatMap((name) => [
    `${capitalize(name)}Input`,
    `${capitalize(name)}Result`,
  ]);
  const aliases = aliasesOf(spec.document, new Set([...fixed, ...typeNames]));
  const aliasOf = new Map(aliases.map(({ name, schema }) => [schema, name]));
  const info = asObject(spec.document["info"]);
  const description = asString(info["description"]) ?? asString(info["summary"]);
  const baseUrl = baseUrlOf(mapping);
  return {
    className: target.className,
    folder: target.folder,
    specName: target.specName,
    title: asString(info["title"]) ?? base,
    version: asString(info["version"]) ?? "",
    ...(description !== undefined && { description }),
    tokenClient: target.tokenClient,
    ...(baseUrl !== undefined && { baseUrl }),
    scopeType: `${base}Scope`,
    scopes: mapping.scopes,
    tableName: `${camelCase(target.folder)}Operations`,
    aliases,
    operations: spec.operations.map((source) =>
      buildOperation(spec.document, source, {
        name: names.get(source.pointer) ?? "",
        authorization: mapping.authorizations.get(source.pointer) ?? { token: true, scopes: [] },
        aliasOf,
      }),
    ),
    warnings: renamed.map(({ source, message }) => warning(mapping, source, message)),
  };
}

function warning({ spec }: Mapping, source: SourceOperation, message: string): Diagnostic {
  const { pointer } = source;
  const fix = "give it another operationId";
  return { severity: "warning", ...spec.locate(pointer), pointer, message, fix };
}

/** The document's own server only where the config says that it is trusted. */
function baseUrlOf({ spec }: Mapping): string | undefined {
  const { target } = spec;
  if (target.baseUrl !== "document") return target.baseUrl;
  const servers = spec.document["servers"];
  const server = asObject(own(servers, "0"));
  const variables = asObject(server["variables"]);
  const url = (asString(server["url"]) ?? "").replaceAll(/\{([^{}]*)\}/g, (placeholder, name: string) =>
    String(asObject(own(variables, name))["default"] ?? placeholder),
  );
  if (URL.canParse(url) && isSecure(new URL(url)) && !url.includes("{")) return url;
  const pointer = Array.isArray(servers) ? "#/servers/0/url" : "#";
  const message = `the first server, "${url}", is no https URL, yet ${target.className} takes its baseUrl from it`;
  const fix = "write the URL in the config instead of `document`";
  throw new GeneratorError("ERR_DOCUMENT_INVALID", [
    { severity: "error", ...spec.locate(pointer), pointer, message, fix },
  ]);
}
