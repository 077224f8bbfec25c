import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../../errors.ts";
import { CommandError } from "../command-error.ts";
import type { TokenManager } from "./token-manager.ts";

/** What a command needs of the user's runtime: no import of it, since the generator does without. */
export interface Runtime {
  createTokenManager(options: { readonly clients: Readonly<Record<string, object>> }): TokenManager;
  clientSecretBasic(secret: string): object;
  clientSecretPost(secret: string): object;
  clientSecretJwt(secret: string, options: { readonly audience?: string }): object;
  privateKeyJwt(options: {
    readonly key: string | object;
    readonly alg: string;
    readonly kid?: string;
    readonly audience?: string;
  }): object;
  clientAssertionFrom(source: { readonly file: string } | (() => string)): object;
  none(): object;
}

const PACKAGE = "@openapi-m2m/runtime";

const FUNCTIONS = [
  "createTokenManager",
  "clientSecretBasic",
  "clientSecretPost",
  "clientSecretJwt",
  "privateKeyJwt",
  "clientAssertionFrom",
  "none",
];

/**
 * Loads the runtime that the project's workers use.
 *
 * @param folders - where to look for it, and above; the first that has it is it
 * @throws {CommandError} `ERR_RUNTIME_MISSING`, `ERR_RUNTIME_UNUSABLE`
 */
export async function loadRuntime(folders: readonly string[]): Promise<Runtime> {
  const file = folders.flatMap((folder) => resolveRuntime(folder) ?? [])[0];
  if (file === undefined) {
    const message = `${PACKAGE} is not installed in ${folders[0]}, or above it`;
    const fix = `npm install ${PACKAGE}; or name the module of your TokenManager with --manager`;
    throw new CommandError("ERR_RUNTIME_MISSING", message, fix);
  }
  const loaded = await importRuntime(file);
  const missing = FUNCTIONS.filter((name) => typeof loaded[name] !== "function");
  if (missing.length === 0) return loaded as unknown as Runtime;
  const message = `the ${PACKAGE} of ${file} has no ${missing.join(", ")}`;
  throw new CommandError("ERR_RUNTIME_UNUSABLE", message, `npm install ${PACKAGE}@latest`);
}

function resolveRuntime(folder: string): string | undefined {
  try {
    return createRequire(join(folder, "openapi-m2m.js")).resolve(PACKAGE);
  } catch {
    return undefined; // Whatever the reason, it is none that can be loaded from there.
  }
}

async function importRuntime(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    const message = `${PACKAGE} can't be loaded: ${reasonOf(cause)}`;
    throw new CommandError("ERR_RUNTIME_UNUSABLE", message, "install the project's packages anew: npm ci");
  }
}
