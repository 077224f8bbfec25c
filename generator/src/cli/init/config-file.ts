import { join } from "node:path";
import { GeneratorError } from "../../errors.ts";
import { configsIn, type Mapping, readMapping } from "../../load-config.ts";
import { CommandError } from "../command-error.ts";
import { claimOutput, releaseOutput } from "../own-output.ts";
import type { ConfigFormat } from "./config-text.ts";

/** Where a config is to be, and what is there. */
export interface ConfigFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly format: ConfigFormat;
  /** The one that is there already, and stays. */
  readonly existing?: { readonly name: string; readonly mapping: Mapping | undefined };
}

interface Wishes {
  readonly format?: ConfigFormat;
  readonly force?: boolean;
  /** A config in TypeScript would not load. */
  readonly isCommonJs: boolean;
}

/** @throws {CommandError} `ERR_CONFIG_EXISTS` when one is there that another would be ambiguous with */
export async function chooseConfigFile(
  folder: string,
  { format: wanted, force = false, isCommonJs }: Wishes,
): Promise<ConfigFile> {
  const configs = configsIn(folder);
  const [present] = configs;
  const usual = present === undefined ? (isCommonJs ? "yaml" : "ts") : formatOf(present);
  const format = wanted ?? usual;
  const name = `openapi-m2m.config.${format}`;
  const file = { name, path: join(folder, name), format };
  if (present === undefined) return file;
  if (force) {
    assertAlone(name, configs);
    return file;
  }
  return { ...file, format: formatOf(present), existing: { name: present, mapping: await tryRead(folder) } };
}

/** Of several configs nobody could tell which is meant. */
function assertAlone(name: string, configs: readonly string[]): void {
  const others = configs.filter((config) => config !== name);
  if (others.length === 0) return;
  const [first = ""] = others;
  const message = `${name} can't be beside ${others.join(" and ")}`;
  const format = formatOf(first);
  const isOnly = configs.length === 1 && first === `openapi-m2m.config.${format}`;
  const instead = isOnly ? `, or replace it with --force --format ${format}` : "";
  throw new CommandError("ERR_CONFIG_EXISTS", message, `remove ${others.join(" and ")} first${instead}`);
}

function formatOf(name: string): ConfigFormat {
  if (name.endsWith(".json")) return "json";
  return /\.ya?ml$/.test(name) ? "yaml" : "ts";
}

/** Of one that is broken nothing is known; generating says what is wrong with it. */
async function tryRead(folder: string): Promise<Mapping | undefined> {
  claimOutput();
  try {
    return await readMapping(folder);
  } catch (error) {
    if (error instanceof GeneratorError) return undefined;
    throw error;
  } finally {
    releaseOutput();
  }
}
