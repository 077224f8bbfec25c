import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { errorAt, startOf } from "../../errors.ts";
import { importModule } from "../../import-module.ts";
import { lookAt } from "../../look-at.ts";
import { closestName } from "../../names.ts";
import type { Redactor } from "../redactor.ts";
import type { TokenManager } from "./token-manager.ts";

/**
 * Imports a module of the user's, which runs, and finds the TokenManager that it exports: by default, or as `tokens`.
 *
 * @param file - absolute
 * @throws {GeneratorError} `ERR_MANAGER_UNREADABLE`
 */
export async function loadManager(
  file: string,
  { redact, timeoutMs }: { readonly redact: Redactor; readonly timeoutMs: number },
): Promise<TokenManager> {
  assertFile(file);
  // It may be the one that reads a file of variables.
  const shown = (message: string) => {
    redact.refresh();
    return redact.error(message);
  };
  const remedy = "have it wait for less, or wait longer with --timeout";
  const options = { shown, limitMs: timeoutMs, remedy };
  const module = await importModule(file, "ERR_MANAGER_UNREADABLE", options);
  redact.refresh();
  // A module of CommonJS is the default export of what is made of it, its own default export a property of that.
  const inner = Object(module["default"]) as Readonly<Record<string, unknown>>;
  const candidates = [module["default"], module["tokens"], inner["default"], inner["tokens"]];
  const manager = candidates.find(isManager);
  if (manager !== undefined) return manager;
  const message = "exports no TokenManager, neither by default nor as `tokens`";
  const fix = "write `export const tokens = createTokenManager({ ... })`";
  throw errorAt("ERR_MANAGER_UNREADABLE", startOf(file), { message, fix });
}

function isManager(value: unknown): value is TokenManager {
  const { getAccessToken, close } = Object(value) as Partial<Record<string, unknown>>;
  return typeof getAccessToken === "function" && typeof close === "function";
}

function assertFile(file: string): void {
  const { stats, reason } = lookAt(file);
  if (stats?.isFile()) return;
  const message = stats?.isDirectory()
    ? "is a folder, and no module"
    : reason === undefined
      ? "there is no such module"
      : `cannot be read: ${reason}`;
  const similar = closestName(basename(file), stats ? [] : namesIn(dirname(file)));
  const fix = similar === undefined ? "give the path of a module, from here" : `did you mean "${similar}"?`;
  throw errorAt("ERR_MANAGER_UNREADABLE", startOf(file), { message, fix });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A folder that is not there has no module: the same answer.
  }
}
