import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The lowest Node.js that is supported, and the newest of each line, as packages of the registry. */
export const NODES = [
  "node_modules/node-22.19",
  "node_modules/node-22",
  "../node_modules/node",
  "node_modules/node-26",
].map((folder) => ({ version: versionOf(folder), program: path(`${folder}/bin/node`) }));

/** What is installed in projects: `typescript@` these. */
export const COMPILERS = ["node_modules/typescript-5.9", "node_modules/typescript-7"].map(versionOf);

function versionOf(folder: string): string {
  return JSON.parse(readFileSync(path(`${folder}/package.json`), "utf8")).version;
}

/**
 * Runs a program in a folder, while servers of the test answer it.
 *
 * @returns what it wrote
 * @throws with all of its output, when it does not end well
 */
export async function run(
  cwd: string,
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NO_PROXY: "*", NO_COLOR: "1", ...variables };
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** As a user would: what it brings comes from the registry, or npm's cache. */
export function install(project: string, ...args: readonly string[]): Promise<string> {
  return run(project, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...args]);
}

/** The command line, as npx would find it. */
export function binOf(project: string, name: string): string {
  return join(project, "node_modules/.bin", name);
}
