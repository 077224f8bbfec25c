import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Mapping } from "../load-config.ts";
import { type ExitCode, parsePath } from "./command.ts";
import { CommandError } from "./command-error.ts";
import { type OpenOptions, openManager, openMapping, type Tokens } from "./open-tokens.ts";
import { processRedactor } from "./redactor.ts";

/** Flags of every command that asks for tokens. */
export interface TokenFlags {
  readonly config?: string;
  readonly manager?: string;
  readonly env?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Where tokens come from, as the command line says. */
export interface TokenOrigin {
  /** The module of a TokenManager; undefined for the mapping with credentials of the environment. */
  readonly manager: string | undefined;
  readonly options: OpenOptions;
}

/** Adds the options that say where tokens come from. */
export function addTokenOptions(command: Command): Command {
  return (
    command
      .option(
        "--manager <file>",
        "a module that exports your TokenManager, by default or as `tokens`",
        parsePath,
      )
      // Not --env-file: Node.js takes that for its own, wherever it stands.
      .option("--env <file>", "variables to add to those of the environment", parsePath)
      .option("--timeout <seconds>", "how long to wait for a token", parseSeconds, 10)
      .option("--json", "print JSON")
  );
}

/** Adds the variables of a file to the environment, and says what tokens are asked for with. */
export function readTokenFlags({ manager, env, timeout }: TokenFlags): TokenOrigin {
  if (env !== undefined) loadVariables(env);
  const { env: environment } = process;
  const redact = processRedactor();
  return { manager, options: { cwd: process.cwd(), environment, timeoutMs: timeout * 1000, redact } };
}

/** Those that are set already prevail, as they do for Node's own `--env-file`. */
function loadVariables(file: string): void {
  try {
    process.loadEnvFile(resolve(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "ERR_ENV_FILE",
      `${file} can't be read (${code})`,
      "give the path of a file of NAME=value lines, from here",
    );
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds, up to 600.");
}

/**
 * Opens where tokens come from, does its work with them, and closes it again, whatever becomes of the work.
 *
 * @param readMapping - not called where a TokenManager is named
 */
export async function withTokens(
  { manager, options }: TokenOrigin,
  readMapping: () => Promise<Mapping>,
  work: (tokens: Tokens) => Promise<ExitCode>,
): Promise<ExitCode> {
  const tokens =
    manager === undefined ? openMapping(await readMapping(), options) : await openManager(manager, options);
  try {
    return await work(tokens);
  } finally {
    await tokens.close();
  }
}
