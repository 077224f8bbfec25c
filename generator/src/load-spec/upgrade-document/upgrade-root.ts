import { asObject, isObject, type JsonObject, own } from "../../document.ts";
import type { Findings } from "../findings.ts";
import type { SourceFile } from "../source-files.ts";
import { type FlatOperation, flattenOperations } from "./flatten-operations.ts";
import { hoistSchemas } from "./hoist-schemas.ts";
import { separateFiles } from "./media-types.ts";
import { originsOf } from "./origins.ts";
import { type OpenFile, SwaggerRefs } from "./swagger-refs.ts";
import { serversOf } from "./swagger-servers.ts";

/** The main file of a Swagger 2.0 document as one of OpenAPI 3.0. */
export interface UpgradedRoot {
  readonly document: JsonObject;
  /** Of a pointer in the upgraded document, that in the original. */
  readonly originOf: (pointer: string) => string;
}

export interface UpgradeOptions {
  /** Reads another file of the document: one that has a parameter, a response or a path item of it. */
  readonly open: OpenFile;
  /** Told what could not be kept. */
  readonly findings: Findings;
}

/**
 * Upgrades the main file of a Swagger 2.0 document to OpenAPI 3.0.
 *
 * A library does what is the same for every document. What it needs the context for is done before: operations get
 * what they inherit or refer to, with the media types that apply to it.
 *
 * @see {@link upgradeSchemas} for the schemas of other files
 */
export async function upgradeRoot(
  file: SourceFile,
  { open, findings }: UpgradeOptions,
): Promise<UpgradedRoot> {
  const operations = await flattenOperations(new SwaggerRefs(file, open), findings);
  const hoisted = hoistSchemas(flatDocument(file.root, operations), file.root);
  // Loaded for those who need it: most documents are newer.
  const { upgradeFromTwoToThree } = await import("@scalar/openapi-upgrader/2.0-to-3.0");
  const upgraded = upgradeFromTwoToThree(hoisted.document) as JsonObject;
  for (const { path, method, files } of operations)
    separateFiles(own(own(own(upgraded["paths"], path), method), "responses"), files);
  const document = { ...upgraded, servers: serversOf(file.root, file.location) };
  return { document, originOf: originsOf(operations, hoisted.originals) };
}

/** What the operations do not have in them yet, of sound shape: the library is made for documents without mistakes. */
function flatDocument(root: JsonObject, operations: readonly FlatOperation[]): JsonObject {
  const paths = new Map<string, JsonObject>();
  for (const { path, method, operation } of operations)
    paths.set(path, { ...paths.get(path), [method]: operation });
  const { info, tags, externalDocs, security, definitions, securityDefinitions } = root;
  return {
    swagger: "2.0",
    info,
    tags,
    externalDocs,
    ...(security !== undefined && { security }),
    definitions: asObject(definitions),
    securityDefinitions: Object.fromEntries(
      Object.entries(asObject(securityDefinitions)).filter(([, scheme]) => isObject(scheme)),
    ),
    paths: Object.fromEntries(paths),
  };
}
