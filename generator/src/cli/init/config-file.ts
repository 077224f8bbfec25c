import { join } from "node:path";
import { GeneratorError } from "../../errors.ts";
import { configsIn, type Mapping, readMapping } from "../../load-config.ts";
import { CommandError } from "../command-error.ts";
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
  const [present, ...others] = configsIn(folder);
  const usual = present === undefined ? (isCommonJs ? "yaml" : "ts") : formatOf(present);
  const format = wanted ?? usual;
  const name = `openapi-m2m.config.${format}`;
  const file = { name, path: join(folder, name), format };
  if (present === undefined || (force && others.length === 0 && present === name)) return file;
  if (force) {
    const message = `there is ${[present, ...others].join(" and ")} already, beside which ${name} can't be`;
    throw new CommandError("ERR_CONFIG_EXISTS", message, "remove it first");
  }
  return { ...file, format: formatOf(present), existing: { name: present, mapping: await tryRead(folder) } };
}

function formatOf(name: string): ConfigFormat {
  if (name.endsWith(".json")) return "json";
  return /\.ya?ml$/.test(name) ? "yaml" : "ts";
}

/** Of one that is broken nothing is known; generating says what is wrong with it. */
async function tryRead(folder: string): Promise<Mapping | undefined> {
  try {
    return await readMapping(folder);
  } catch (error) {
    if (error instanceof GeneratorError) return undefined;
    throw error;
  }
}
