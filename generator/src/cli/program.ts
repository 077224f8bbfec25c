import { Command, CommanderError } from "commander";
import { createCheck } from "./check.ts";
import { createGenerate } from "./generate.ts";
import { createInit } from "./init.ts";
import { createReport } from "./report.ts";
import { outliveReader } from "./terminal.ts";
import { createToken } from "./token.ts";

/** The exit code of a command line that is not understood. */
const WRONG_USAGE = 2;

/** Creates each command, in the order of the help. */
const COMMANDS = [createInit, createGenerate, createReport, createCheck, createToken];

/**
 * Carries out a command line, and sets the exit code.
 *
 * @param args - without the program's own name
 */
export async function runProgram(args: readonly string[], version: string): Promise<void> {
  outliveReader();
  try {
    await createProgram(version).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  }
}

function createProgram(version: string): Command {
  const program = new Command("openapi-m2m")
    .description("Typed API clients that bring their own OAuth 2.0 client-credentials tokens.")
    .version(version, "-v, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, "openapi-m2m:")) })
    .addHelpText(
      "after",
      "\nBegin with: openapi-m2m init\nExit codes: 0 done, 1 failed or not as it should be, 2 wrong usage",
    );
  for (const create of COMMANDS) {
    const command = create().copyInheritedSettings(program);
    program.addCommand(command.showHelpAfterError(`openapi-m2m ${command.name()} --help says more`));
  }
  return program.showHelpAfterError("openapi-m2m --help says more");
}
