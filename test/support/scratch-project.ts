import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folderWith } from "./folder.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Stands where the files find the runtime: its source. */
const HOOKS = `
import { registerHooks } from "node:module";
const source = ${JSON.stringify(new URL("../../runtime/src/", import.meta.url).href)};
registerHooks({
  resolve(specifier, context, next) {
    const [name, entry = "index"] = /^@openapi-m2m\\/runtime(?:\\/(.*))?$/.exec(specifier) ?? [];
    return name === undefined ? next(specifier, context) : { url: source + entry + ".ts", shortCircuit: true };
  },
});
`;

/** A folder with these files where programs run, with the packages of this repository. */
export function createProject(files: Record<string, unknown>): string {
  const folder = folderWith({
    "package.json": { type: "module" },
    "hooks.mjs": HOOKS,
    ...files,
  });
  symlinkSync(root("node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What Node.js writes, without colours; rejects where it does not end well. */
export async function runNode(folder: string, ...command: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
  const options = ["--no-warnings", "--import", "./hooks.mjs"];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...command], {
    cwd: folder,
    env,
  });
  return stdout;
}
