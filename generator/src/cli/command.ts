import { Command, InvalidArgumentError, Option } from "commander";
import { closestName } from "../names.ts";
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

/** Creates an option that is one of a few words. */
export function createChoice(flags: string, description: string, words: readonly string[]): Option {
  const option = new Option(flags, description).choices(words);
  return option.argParser((text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.${hintAt(text, words)}`);
  });
}

function hintAt(text: string, words: readonly string[]): string {
  const closest = closestName(text, words);
  return closest === undefined ? "" : ` Did you mean "${closest}"?`;
}

/**
 * Has the process end with what a command gives.
 *
 * @param wantsJson - by the options: whether it is JSON too why it gives nothing; default with `--json`
 */
export function exitWith<Args extends readonly unknown[]>(
  work: (...args: Args) => Promise<ExitCode>,
  wantsJson: (options: Readonly<Record<string, unknown>>) => boolean = ({ json }) => json === true,
) {
  return async function (this: Command, ...args: Args): Promise<void> {
    await contain(
      () => work(...args),
      (error) => printFailure(error, wantsJson(this.opts())),
    );
  };
}
