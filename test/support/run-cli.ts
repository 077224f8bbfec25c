import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folderWith } from "./folder.ts";

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** How a command ended, and what it said. */
export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder, while servers of the test answer it. */
export function runCli(
  cwd: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CliRun> {
  const { PATH } = process.env;
  const env = { PATH, NO_PROXY: "*", TZ: "UTC", ...variables };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [source("generator/src/cli.ts"), ...args],
      { cwd, env },
      (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

/** A folder with these files, and the runtime installed. */
export function projectWith(files: Record<string, unknown>): string {
  const folder = folderWith({ "package.json": { type: "module" }, ...files });
  mkdirSync(join(folder, "node_modules/@openapi-m2m"), { recursive: true });
  symlinkSync(source("runtime"), join(folder, "node_modules/@openapi-m2m/runtime"));
  return folder;
}

/** A JWT of these claims; its signature is none. */
export function jwtOf(claims: object, header: object = { alg: "ES256", typ: "at+jwt" }): string {
  const [first, second] = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${first}.${second}.c2lnbmF0dXJl`;
}
