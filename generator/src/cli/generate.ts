import type { Command } from "commander";
import type { GenerateResult } from "../generate.ts";
import { createConfigCommand, type ExitCode, exitWith } from "./command.ts";
import { keepCompiled } from "./compile-cache.ts";
import { place, print, printDiagnostics } from "./terminal.ts";

interface GenerateFlags {
  readonly config?: string;
  readonly check?: boolean;
}

/** Creates the command that generates the clients of a config. */
export function createGenerate(): Command {
  return createConfigCommand({
    name: "generate",
    summary: "generate the clients of a config",
    description:
      "Generates the clients of a config. Writes what is not current, and removes what is no more.",
    examples: {
      "openapi-m2m generate": "after a change of a document or the config",
      "openapi-m2m generate --check": "in CI",
    },
  })
    .option("--check", "write nothing; list what is stale, and exit with 1 if anything is")
    .action(exitWith(generateClients));
}

async function generateClients({ config, check }: GenerateFlags): Promise<ExitCode> {
  keepCompiled();
  // Loaded only when it is needed: the compilers below it take longer to load than all else here.
  const { generate } = await import("../generate.ts");
  const result = await generate({ cwd: process.cwd(), config, check });
  printDiagnostics(result.warnings);
  return check ? reportCheck(result) : reportWritten(result);
}

function reportCheck({ output, files, stale }: GenerateResult): ExitCode {
  if (stale.length === 0) {
    print(`${files} files in ${place(output)} are up to date\n`);
    return 0;
  }
  const lines = stale.map(({ path, state }) => `${place(output)}/${path}: ${state}\n`);
  print(`${lines.join("")}${stale.length} files are stale; run openapi-m2m generate\n`);
  return 1;
}

function reportWritten({ output, files, importExtension, stale }: GenerateResult): ExitCode {
  const removed = stale.filter(({ state }) => state === "extra").length;
  const written = stale.length - removed;
  const endings = written > 0 ? ` (imports end in .${importExtension})` : "";
  print(`${files} files in ${place(output)}${endings}: ${written} written, ${removed} removed\n`);
  return 0;
}
