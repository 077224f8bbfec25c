import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type Diagnostic, diagnosticAt, GeneratorError, startOf } from "./errors.ts";
import { HEADER_START, sourceInHeader } from "./file-header.ts";
import type { OutputFile } from "./model.ts";
import { failedWrite } from "./write-files/failed-write.ts";

export { writeConfig, writeReport } from "./write-files/named-file.ts";

/** Every output folder has one, and no folder of a client has. */
const MAPPING_FILE = "token-clients.ts";

/** What is not on the disk as it should be; paths relative to the output folder, sorted. */
export interface StaleFile {
  readonly path: string;
  readonly state: "missing" | "different" | "extra";
}

/**
 * Compares the output folder with what it should hold. Files of other origin in it do not count.
 *
 * @throws {GeneratorError} `ERR_OUTPUT_PATH` when it is another config's, or what it should hold is a symbolic link
 */
export function compareFiles(output: string, files: readonly OutputFile[]): StaleFile[] {
  assertNoLinks(output, files);
  assertOwnFolder(output, files);
  return changesOf(output, files).map(({ path, state }) => ({ path, state }));
}

/**
 * Brings the output folder up to date: writes what is missing or different, and removes what an earlier run
 * wrote and this one did not. Files that do not begin with the generator's header are left alone.
 *
 * @returns what was stale
 * @throws {GeneratorError} `ERR_OUTPUT_PATH` when a file of other origin or a symbolic link is in the way, or the folder is
 *   another config's
 */
export function writeFiles(output: string, files: readonly OutputFile[]): StaleFile[] {
  assertNoLinks(output, files);
  assertOwnFolder(output, files);
  const changes = changesOf(output, files);
  const inTheWay = changes.filter(
    ({ path, state }) => state === "different" && !mayReplace(join(output, path)),
  );
  const problems = inTheWay.map(({ path }) => foreign(output, path));
  if (problems.length > 0) throw new GeneratorError("ERR_OUTPUT_PATH", problems);
  for (const change of changes) {
    const file = join(output, change.path);
    if (change.state === "extra") remove(output, file);
    else write(file, change.content);
  }
  return changes.map(({ path, state }) => ({ path, state }));
}

/** Makes sure that what is below the output folder is in it: a link would lead out. The folder itself may be one. */
function assertNoLinks(output: string, files: readonly OutputFile[]): void {
  const wanted = files.flatMap(({ path }) => {
    const steps = path.split("/");
    return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
  });
  const problems = [...new Set(wanted)]
    .filter((path) => isLink(join(output, path)))
    .map((path) => {
      const message =
        "is a symbolic link, where a generated file or folder is to be: what it leads to is left alone";
      const fix = "remove it, or choose another output folder";
      return diagnosticAt(startOf(join(output, path)), { message, fix });
    });
  if (problems.length > 0) throw new GeneratorError("ERR_OUTPUT_PATH", problems);
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // not there yet, or what is wrong with it shows when it is written
  }
}

/**
 * Makes sure that neither this folder nor one of a client in it is the output of another config, and that it is no folder
 * of a client in such an output: both would remove what the other writes. A config that is no more has no output; one
 * that cannot be told counts as there.
 */
function assertOwnFolder(output: string, files: readonly OutputFile[]): void {
  const source = sourceInHeader(files.find(({ path }) => path === MAPPING_FILE)?.content ?? "");
  const config = source === undefined ? undefined : resolve(output, source);
  const folders = new Set(files.map(({ path }) => dirname(join(output, path))));
  const isOfClient = isThere(join(output, "client.ts")) && !isThere(join(output, MAPPING_FILE));
  if (isOfClient) folders.add(dirname(output));
  const problems = [...folders].flatMap((folder) => otherOwner(folder, config) ?? []);
  if (problems.length > 0) throw new GeneratorError("ERR_OUTPUT_PATH", problems);
}

/** What keeps a config from writing to a folder: its mapping file is another's, or nobody can tell whose. */
function otherOwner(folder: string, config: string | undefined): Diagnostic | undefined {
  const mapping = join(folder, MAPPING_FILE);
  const text = readIfThere(mapping) ?? (isThere(mapping) ? HEADER_START : "");
  if (!text.startsWith(HEADER_START)) return undefined;
  const source = sourceInHeader(text);
  if (source === undefined) {
    const message = "does not say which config it was generated from";
    const fix = "remove it if the folder is this config's, else choose another output folder";
    return diagnosticAt(startOf(mapping), { message, fix });
  }
  const other = resolve(folder, source);
  if (other === config || !isThere(other)) return undefined;
  const message = `the folder is the output of another config, ${other}`;
  const fix = "choose another output folder, or remove that one if it is not used";
  return diagnosticAt(startOf(mapping), { message, fix, mentions: [other] });
}

/** The generator's own files in an output folder, in no order. */
export function contentsOf(output: string): OutputFile[] {
  return ownFiles(output).map((path) => ({ path, content: readIfThere(join(output, path)) ?? "" }));
}

/** Keeps what a later run can do without; it is no output, and a run without it only takes longer. */
export function writeRecord(file: string, content: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch {
    // A read-only node_modules, say: there is nothing that anyone has to do about it.
  }
}

/** What has to be written, with its content, and what has to be removed. */
type Change =
  | (OutputFile & { readonly state: "missing" | "different" })
  | { readonly path: string; readonly state: "extra" };

function changesOf(output: string, files: readonly OutputFile[]): Change[] {
  const stale = files.flatMap(({ path, content }): Change[] => {
    const present = readIfThere(join(output, path));
    if (present === content) return [];
    return [{ path, content, state: present === undefined ? "missing" : "different" }];
  });
  const wanted = new Set(files.map(({ path }) => path));
  const extra = ownFiles(output).filter((path) => !wanted.has(path));
  const all = [...stale, ...extra.map((path): Change => ({ path, state: "extra" }))];
  return all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function write(file: string, content: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch (cause) {
    throw failedWrite(file, cause);
  }
}

/** And the folder of a client that has nothing else in it; the output folder is the user's, and may be a link. */
function remove(output: string, file: string): void {
  try {
    rmSync(file);
    const folder = dirname(file);
    if (folder !== resolve(output) && readdirSync(folder).length === 0) rmdirSync(folder);
  } catch (cause) {
    throw failedWrite(file, cause);
  }
}

function foreign(output: string, path: string): Diagnostic {
  const message = "was not written by openapi-m2m and is in the way of a generated file";
  const fix = "move it, or choose another output folder";
  return diagnosticAt(startOf(join(output, path)), { message, fix });
}

/** The generator's own files in the output folder, as far down as it writes; not those of another output in it. */
function ownFiles(output: string): string[] {
  const clients = folders(output).filter((folder) => !isThere(join(output, folder, MAPPING_FILE)));
  return [...names(output), ...clients.flatMap((folder) => names(join(output, folder), `${folder}/`))].filter(
    (path) => path.endsWith(".ts") && isOwn(join(output, path.split("/").join(sep))),
  );
}

function names(folder: string, prefix = ""): string[] {
  const entries = entriesOf(folder).filter((entry) => entry.isFile());
  return entries.map(({ name }) => prefix + name);
}

function folders(folder: string): string[] {
  const entries = entriesOf(folder).filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
  return entries.map(({ name }) => name);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // not there yet: nothing in it
  }
}

/** One that is empty is nobody's work: a disk that was full leaves it. */
function mayReplace(file: string): boolean {
  return readIfThere(file) === "" || isOwn(file);
}

function isOwn(file: string): boolean {
  return readIfThere(file)?.startsWith(HEADER_START) ?? false;
}

/** Whether there is anything of that name, be it a link that leads nowhere; what cannot be looked at counts as there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}

/** With the line ends that git may have changed put back. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  } catch {
    return undefined; // what is wrong with it shows when it is written
  }
}
