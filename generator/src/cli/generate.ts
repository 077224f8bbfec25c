import type { Command } from "commander";
import type { GenerateOptions } from "../generate.ts";
import { createConfigCommand, type ExitCode, exitWith } from "./command.ts";
import { keepCompiled } from "./compile-cache.ts";
import { printChanges } from "./generate/changes.ts";
import { printResult } from "./generate/json.ts";
import { Progress } from "./generate/progress.ts";
import { printCheck, printWritten } from "./generate/summary.ts";
import { printDiagnostics } from "./terminal.ts";

interface GenerateFlags {
  readonly config?: string;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Creates the command that generates the clients of a config. */
export function createGenerate(): Command {
  const command = createConfigCommand({
    name: "generate",
    summary: "generate the clients of a config",
    description:
      "Generates the clients of a config, and says what changed in their APIs. Writes what is not current, and removes what is no more.",
    examples: {
      "openapi-m2m generate": "after a change of a document or the config",
      "openapi-m2m generate --check": "in CI",
      "openapi-m2m generate --watch": "while you write a document",
    },
  });
  return command
    .option("--check", "write nothing; list what is stale, and exit with 1 if anything is")
    .option("--watch", "go on, and generate again whenever a file is saved")
    .option("--json", "print the result as JSON, and nothing else")
    .action(exitWith(run));
}

async function run(flags: GenerateFlags, command: Command): Promise<ExitCode> {
  const others = (["check", "json"] as const).filter((name) => flags[name]);
  if (flags.watch && others.length > 0)
    command.error(`error: --watch does not go with --${others.join(", --")}`);
  keepCompiled();
  const options = { cwd: process.cwd(), config: flags.config, check: flags.check };
  if (flags.watch) {
    const { watch } = await import("./generate/watch.ts");
    return watch(options);
  }
  return flags.json ? await generateAsJson(options) : await generateAsText(options);
}

async function generateAsText(options: GenerateOptions): Promise<ExitCode> {
  // Loaded only when it is needed: the compilers below it take longer to load than all else here.
  const { generate } = await import("../generate.ts");
  const progress = new Progress();
  try {
    const result = await generate({ ...options, onClient: (client) => progress.report(client) });
    printDiagnostics(result.warnings);
    printChanges(result.changes);
    return options.check ? printCheck(result) : printWritten(result);
  } finally {
    progress.end();
  }
}

async function generateAsJson(options: GenerateOptions): Promise<ExitCode> {
  const { generate } = await import("../generate.ts");
  const result = await generate(options);
  printResult(result);
  return options.check && result.stale.length > 0 ? 1 : 0;
}
