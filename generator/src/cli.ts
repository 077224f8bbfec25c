#!/usr/bin/env node
import { readFileSync } from "node:fs";
import module from "node:module";
import { isAbsolute, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "./cache-folder.ts";
import { type Diagnostic, formatDiagnostic, GeneratorError, reasonOf, withPaths } from "./errors.ts";
import type { GenerateResult } from "./generate.ts";
import { suggestion } from "./names.ts";

const HELP = `Usage: openapi-m2m generate [options]

Generates the API clients of a token client mapping.

Options:
  --config FILE  the mapping; default: openapi-m2m.config.{ts,js,mjs,json,yaml,yml} in this folder
  --check        write nothing; list what is stale and exit with 1 if anything is
  --help, -h     show this help
  --version, -v  show the version

Exit codes: 0 done, 1 failed or stale, 2 wrong usage
`;

const OPTIONS = {
  config: { type: "string" },
  check: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

const COMMANDS = ["generate"];

class UsageError extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`openapi-m2m: ${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else if (error instanceof GeneratorError) {
    printDiagnostics(error.diagnostics);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) return print(HELP);
  if (values.version) return print(`${version()}\n`);
  const [command, extra] = positionals;
  if (command === undefined) throw new UsageError("a command is missing");
  if (!COMMANDS.includes(command)) throw new UsageError(unknown("command", command, COMMANDS));
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`);
  if (isOlder(process.versions.node, oldestNode())) return printOldNode();
  keepCompiled();
  // Loaded only when it is needed: the compilers below it take longer to load than all else here.
  const { generate } = await import("./generate.ts");
  const result = await generate({ cwd: process.cwd(), config: values.config, check: values.check });
  printDiagnostics(result.warnings);
  return values.check ? reportCheck(result) : reportWritten(result);
}

/**
 * Lets Node.js keep what V8 makes of the compilers' code: loading them is most of a run with a small document.
 * Not where it would by default: a folder for temporary files may be anybody's.
 */
function keepCompiled(): void {
  const folder = cacheFolder(process.cwd());
  // Not an import by its name: it would fail, without a word, on a Node.js that is too old.
  if (folder !== undefined) module.enableCompileCache(join(folder, "compiled"));
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [, option] = /^Unknown option '(--?[^']*)'/.exec(error instanceof Error ? error.message : "") ?? [];
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new UsageError(option === undefined ? reasonOf(error) : unknown("option", option, known), {
      cause: error,
    });
  }
}

function unknown(kind: string, name: string, known: string[]): string {
  const hint = suggestion(name, known);
  return `unknown ${kind} "${name}"${hint === undefined ? "" : `; ${hint}`}`;
}

function reportCheck({ output, files, stale }: GenerateResult): number {
  if (stale.length === 0) return print(`${files} files in ${place(output)} are up to date\n`);
  const lines = stale.map(({ path, state }) => `${place(output)}/${path}: ${state}\n`);
  print(`${lines.join("")}${stale.length} files are stale; run openapi-m2m generate\n`);
  return 1;
}

function reportWritten({ output, files, importExtension, stale }: GenerateResult): number {
  const removed = stale.filter(({ state }) => state === "extra").length;
  const written = stale.length - removed;
  const endings = written > 0 ? ` (imports end in .${importExtension})` : "";
  return print(`${files} files in ${place(output)}${endings}: ${written} written, ${removed} removed\n`);
}

function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) console.error(formatDiagnostic(withPaths(diagnostic, place)));
}

/** As it is named from here; a URL as it is. */
function place(path: string): string {
  return isAbsolute(path) ? relative(process.cwd(), path) || "." : path;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  return manifest().version;
}

/** `22.19`, of `>=22.19`. */
function oldestNode(): string {
  return manifest().engines.node.replace(/^\D+/, "");
}

function manifest(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
}

function isOlder(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, "en", { numeric: true }) < 0;
}

/** It would fail all the same, at an import that it lacks, and not say why. */
function printOldNode(): number {
  console.error(`openapi-m2m: needs Node.js ${oldestNode()} or later; this is ${process.versions.node}`);
  return 1;
}
