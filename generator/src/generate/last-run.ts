import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../cache-folder.ts";
import type { Mapping } from "../load-config.ts";
import type { OutputFile } from "../model.ts";
import { contentsOf } from "../write-files.ts";
import type { GenerateResult } from "./result.ts";

/** What a run was made of and what it made, by SHA-256; `null` for a file that was looked for and not there. */
export interface RunRecord {
  /** Of the generator and of the config's values. */
  readonly key: string;
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly result: Omit<GenerateResult, "stale" | "changes">;
}

/** Where the last run of a config is remembered. Undefined where nowhere is; then every run does all of its work. */
export function recordFile({ file }: Mapping): string | undefined {
  const folder = cacheFolder(dirname(file));
  return folder && join(folder, `${sha256(file).slice(0, 16)}.json`);
}

/**
 * The result of the last run, if another would give the same: neither the generator nor the config nor a file that
 * was read has changed, and the output folder holds just what was written.
 */
export function recall(recorded: string, mapping: Mapping): GenerateResult | undefined {
  const record = readRecord(recorded);
  if (record === undefined || record.key !== keyOf(mapping)) return undefined;
  const isSame = Object.entries(record.inputs).every(([path, content]) => hashFile(path) === content);
  if (!isSame || !sameEntries(record.outputs, hashAll(contentsOf(mapping.output)))) return undefined;
  return { ...record.result, stale: [], changes: [] };
}

/**
 * @param inputs - every file that was read, with the hash of what was read, or `null` where there was none
 * @returns undefined when something came over the network: it is asked for again each time
 */
export function buildRecord(
  mapping: Mapping,
  inputs: Readonly<Record<string, string | null>>,
  files: readonly OutputFile[],
  { stale: _, changes: __, ...result }: GenerateResult,
): RunRecord | undefined {
  if (Object.keys(inputs).some((path) => /^https?:/.test(path))) return undefined;
  return {
    key: keyOf(mapping),
    inputs: { ...inputs, [mapping.file]: hashFile(mapping.file) },
    outputs: hashAll(files),
    result,
  };
}

/** Of a file's bytes; null when there is none to be read. */
export function hashFile(path: string): string | null {
  try {
    return sha256(readFileSync(path));
  } catch {
    return null; // what is wrong with it, reading it in earnest tells
  }
}

function readRecord(path: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunRecord;
  } catch {
    return undefined; // none yet, or one that was cut off
  }
}

function hashAll(files: readonly OutputFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, content }) => [path, sha256(content)]));
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** The values of the config, since a module may get them from anywhere; functions are no values. */
function keyOf(mapping: Mapping): string {
  return sha256(JSON.stringify([ownCode(), mapping]));
}

/** Everything that decides what is made of a document: a generator under development keeps its version. */
function ownCode(): string[] {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  const modules = names.filter((name) => /(?<!\.d)\.[jt]s$/.test(name));
  const manifest = findPackageJSON(import.meta.url) ?? "";
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  const installed = Object.keys(dependencies).map((name) => findPackageJSON(name, import.meta.url) ?? "");
  return [...modules.map((name) => join(root, name)), manifest, ...installed].map((path) =>
    String(hashFile(path)),
  );
}

function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}
