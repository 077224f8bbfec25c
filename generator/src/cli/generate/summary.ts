import { join } from "node:path";
import type { GenerateResult } from "../../generate.ts";
import type { ExitCode } from "../command.ts";
import { place, print } from "../terminal.ts";

/** Says what is stale. */
export function printCheck({ output, files, stale }: GenerateResult): ExitCode {
  if (stale.length === 0) {
    print(`${files} files in ${place(output)} are up to date\n`);
    return 0;
  }
  const lines = stale.map(({ path, state }) => `${place(join(output, path))}: ${state}\n`);
  const count = stale.length === 1 ? "1 file is" : `${stale.length} files are`;
  print(`${lines.join("")}${count} stale; run openapi-m2m generate\n`);
  return 1;
}

/** Says what was written. */
export function printWritten({ output, files, importExtension, stale }: GenerateResult): ExitCode {
  const removed = stale.filter(({ state }) => state === "extra").length;
  const written = stale.length - removed;
  const endings = written > 0 ? ` (imports end in .${importExtension})` : "";
  print(`${files} files in ${place(output)}${endings}: ${written} written, ${removed} removed\n`);
  return 0;
}
