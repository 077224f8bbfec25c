import type { Command } from "commander";
import { createCommand, type ExitCode, exitWith } from "./command.ts";
import { keepCompiled } from "./compile-cache.ts";
import { addInitOptions, type InitFlags, wrongFlags } from "./init/flags.ts";

/** Creates the command that writes a config. */
export function createInit(): Command {
  const command = createCommand({
    name: "init",
    summary: "write a config, of what the documents of your APIs say",
    description:
      "Writes a config that generates at once, of what the documents of your APIs say. On a terminal it asks whether it is right; it replaces one only with --force.",
    examples: {
      "openapi-m2m init": "for the documents in specs/, openapi.yaml and the like",
      "openapi-m2m init specs/catalog.yaml specs/invoice.yaml": "for these",
      "openapi-m2m init --yes --issuer https://login.company.com": "without questions",
    },
  }).argument(
    "[documents...]",
    "OpenAPI documents: files, folders or URLs; default: those that are found here",
  );
  return addInitOptions(command).action(exitWith(run));
}

async function run(documents: readonly string[], flags: InitFlags, command: Command): Promise<ExitCode> {
  const wrong = wrongFlags(flags);
  if (wrong !== undefined) command.error(`error: ${wrong}`);
  keepCompiled();
  // Loaded only when it is needed: no other command does.
  const { initProject } = await import("./init/init-project.ts");
  return await initProject(documents, flags);
}
