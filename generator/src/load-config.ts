import { readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { errorAt, type GeneratorError, startOf } from "./errors.ts";
import { checkConfig } from "./load-config/check-config.ts";
import { defaultImportExtension } from "./load-config/import-extension.ts";
import { type ConfigSource, readConfig } from "./load-config/read-config.ts";
import type { Config, UserConfig } from "./model.ts";
import { closestName } from "./names.ts";

const CONFIG_NAMES = ["ts", "js", "mjs", "json", "yaml", "yml"].map(
  (ending) => `openapi-m2m.config.${ending}`,
);

/** A validated mapping; how imports end is known where it says so. */
export type Mapping = Omit<Config, "importExtension"> & Partial<Pick<Config, "importExtension">>;

/**
 * Reads and validates the token client mapping, without what it takes a compiler to find out.
 *
 * @param cwd - where a config is looked for, and where a given path starts
 * @throws {GeneratorError} `ERR_CONFIG_NOT_FOUND`, `ERR_CONFIG_UNREADABLE`; `ERR_CONFIG_INVALID` with every
 * problem that the config has, unless it is only documents that are not where they should be: those clients have `problems`
 */
export async function readMapping(cwd: string, given?: string): Promise<Mapping> {
  return toMapping(await readConfig(findConfig(cwd, given)));
}

/**
 * Validates a mapping that is to be written.
 *
 * @param file - where it will be; absolute
 * @throws {GeneratorError} `ERR_CONFIG_INVALID`, as for one that is there
 */
export function checkMapping(file: string, value: UserConfig): Mapping {
  return toMapping({ file, value, locate: () => startOf(file) });
}

/** The configs in a folder, by name, the first choice first. */
export function configsIn(folder: string): string[] {
  const names = filesOf(folder);
  return withoutOutput(CONFIG_NAMES.filter((name) => names.includes(name)));
}

function toMapping(source: ConfigSource): Mapping {
  const { importExtension, ...valid } = checkConfig(source);
  return {
    file: source.file,
    output: resolve(dirname(source.file), valid.output),
    ...(importExtension !== undefined && { importExtension }),
    schema: valid.schema ?? "d.ts",
    tokenClients: valid.tokenClients,
    clients: valid.clients,
    locate: source.locate,
  };
}

/** Looks up how imports end where the mapping does not say it. `consulted`: the files that decided it, or would have. */
export function completeConfig(mapping: Mapping): { config: Config; consulted: readonly string[] } {
  const { importExtension } = mapping;
  if (importExtension !== undefined) return { config: { ...mapping, importExtension }, consulted: [] };
  const { extension, consulted } = defaultImportExtension(mapping.output);
  return { config: { ...mapping, importExtension: extension }, consulted };
}

function findConfig(cwd: string, given: string | undefined): string {
  const folder = given === undefined ? cwd : dirname(resolve(cwd, given));
  const names = filesOf(folder);
  const wanted = given === undefined ? CONFIG_NAMES : [basename(given)];
  const found = withoutOutput(wanted.filter((name) => names.includes(name)));
  if (found.length === 1 || (found.length > 1 && given !== undefined)) return join(folder, found[0] ?? "");
  throw notFound(folder, wanted, found, names);
}

/** A JavaScript config beside the TypeScript one is what a tsc without `outDir` made of it. */
function withoutOutput(found: string[]): string[] {
  const [first, second, ...others] = found;
  const isOutput = first === "openapi-m2m.config.ts" && second === "openapi-m2m.config.js";
  return isOutput && others.length === 0 ? [first] : found;
}

function notFound(folder: string, wanted: string[], found: string[], names: string[]): GeneratorError {
  const [name = ""] = found.length > 0 ? found : wanted;
  const at = startOf(join(folder, name));
  if (found.length > 1) {
    const message = `there are several configs: ${found.join(", ")}`;
    return errorAt("ERR_CONFIG_NOT_FOUND", at, { message, fix: "keep one, or choose with --config" });
  }
  const similar = closestName(name, names);
  const fix = similar === undefined ? adviseOn(folder) : `did you mean "${similar}"?`;
  return errorAt("ERR_CONFIG_NOT_FOUND", at, { message: "there is no such config", fix });
}

/** Commands are run in a folder of a project, too. */
function adviseOn(folder: string): string {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const [found] = configsIn(above);
    if (found !== undefined) return `there is one above: --config ${join(relative(folder, above), found)}`;
  }
  return "npx openapi-m2m init writes one; or name another with --config";
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there holds no config: the same answer
  }
}
