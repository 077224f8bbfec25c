import { Command, InvalidArgumentError } from "commander";
import { contain } from "./contain.ts";
import { printFailure } from "./failure.ts";
import { claimOutput } from "./own-output.ts";

/** What a command ends with: 0 done, 1 failed or not as it should be. */
export type ExitCode = 0 | 1;

export interface CommandText {
  readonly name: string;
  /** In the list of commands. */
  readonly summary: string;
  /** In the command's own help. */
  readonly description: string;
  /** Command lines, and what they are for. */
  readonly examples: Readonly<Record<string, string>>;
}

/** Creates a command, with a help that ends in examples. */
export function createCommand({ name, summary, description, examples }: CommandText): Command {
  const entries = Object.entries(examples);
  const width = Math.max(...entries.map(([line]) => line.length));
  const lines = entries.map(([line, purpose]) => `  ${line.padEnd(width)}  ${purpose}\n`).join("");
  return new Command(name)
    .summary(summary)
    .description(description)
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", `\nExamples:\n${lines}`);
}

/** Creates a command that reads the config, which may be a module that prints. */
export function createConfigCommand(text: CommandText): Command {
  const where = "the config; default: openapi-m2m.config.{ts,js,mjs,json,yaml,yml} in this folder";
  return createCommand(text).option("--config <file>", where, parsePath).hook("preAction", claimOutput);
}

/** What a variable of a script that is not set comes to would be the working folder. */
export function parsePath(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It is empty, and must be a path.");
}

/** Has the process end with what a command gives; why it gives nothing is JSON too where that is wanted. */
export function exitWith<Args extends readonly unknown[]>(work: (...args: Args) => Promise<ExitCode>) {
  return async function (this: Command, ...args: Args): Promise<void> {
    const { json = false } = this.opts<{ json?: boolean }>();
    await contain(
      () => work(...args),
      (error) => printFailure(error, json),
    );
  };
}
