import { join } from "node:path";
import { buildModel } from "../../generator/src/build-model.ts";
import { GeneratorError } from "../../generator/src/errors.ts";
import { loadSpec } from "../../generator/src/load-spec.ts";
import type {
  ApiModel,
  AuthorizedSpec,
  ClientTarget,
  Config,
  LoadedSpec,
  ResolvedMapping,
} from "../../generator/src/model.ts";
import { resolveMapping } from "../../generator/src/resolve-mapping.ts";
import { folderWith } from "./folder.ts";

/** A document with these paths; `rest` adds to it or replaces. */
export function documentOf(paths: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  return { openapi: "3.1.0", info: { title: "Test API", version: "1.0.0" }, paths, ...rest };
}

/** A document with one operation, `GET /things`. */
export function documentWith(operation: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  return documentOf({ "/things": { get: { operationId: "listThings", ...operation } } }, rest);
}

export const okResponses = { responses: { "200": { description: "Fine." } } };

export function targetOf(spec: string, rest: Partial<ClientTarget> = {}): ClientTarget {
  return {
    className: "TestClient",
    folder: "test",
    spec,
    specName: "test.json",
    tokenClient: "test.client",
    ...rest,
  };
}

export async function specOf(document: unknown, rest: Partial<ClientTarget> = {}): Promise<LoadedSpec> {
  const folder = folderWith({ "test.json": document });
  return await loadSpec(targetOf(join(folder, "test.json"), rest));
}

/** Resolves a document's mapping; `scope` is what its token client is configured with. */
export async function mappingOf(
  document: unknown,
  options: { scope?: string | readonly string[] } = {},
  target: Partial<ClientTarget> = {},
): Promise<ResolvedMapping> {
  return resolveMapping(configOf(options), [await specOf(document, target)]);
}

export function configOf(options: { scope?: string | readonly string[] } = {}): Config {
  const file = "/project/openapi-m2m.config.json";
  return {
    file,
    output: "/project/generated",
    importExtension: "ts",
    schema: "d.ts",
    tokenClients: { "test.client": { issuer: "https://login.example.com", ...options } },
    clients: [],
    locate: () => ({ file, line: 1, column: 1 }),
  };
}

export async function authorizedSpecOf(
  document: unknown,
  rest: Partial<ClientTarget> = {},
): Promise<AuthorizedSpec> {
  const { specs } = resolveMapping(configOf(), [await specOf(document, rest)]);
  return specs[0] as AuthorizedSpec;
}

export async function modelOf(document: unknown, rest: Partial<ClientTarget> = {}): Promise<ApiModel> {
  return buildModel(await authorizedSpecOf(document, rest));
}

/** The GeneratorError that a call ends with. */
export async function generatorErrorOf(call: () => unknown): Promise<GeneratorError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof GeneratorError) return error;
    throw error;
  }
  throw new Error("No GeneratorError was thrown");
}
