import { randomUUID } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, type Stats, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorAt, type Finding, type GeneratorError, startOf } from "../errors.ts";
import { lookAt } from "../look-at.ts";
import { failedWrite } from "./failed-write.ts";

/** What must not be lost when a file is written where the user says. */
export interface Keep {
  /** Files that were read for it; absolute paths, or URLs. */
  readonly inputs: readonly string[];
  /** Whether what is in a file that is there may go. */
  readonly mayReplace: (text: string) => boolean;
}

/**
 * Writes a report where the user wants it, in folders that it makes. Replaces a file that is empty or may be replaced, as a
 * whole or not at all. A device, such as `/dev/null`, is written to; a pipe is not, which waits for somebody to read it.
 *
 * @throws {GeneratorError} `ERR_OUTPUT_PATH` when there is something else, or it can't be written
 */
export function writeReport(file: string, content: string, { inputs, mayReplace }: Keep): void {
  const present = look(file);
  if (present !== undefined) assertNoOther(file, present, inputs);
  if (present?.isFile() && !isEmptyOr(mayReplace, file, present)) {
    const message = "is there already, and is no report of openapi-m2m: it stays as it is";
    throw refusal(file, { message, fix: "choose another file, or remove it first" });
  }
  if (present?.isFIFO() || present?.isSocket()) {
    const fix = "name a file; or write to the standard output, with --output -";
    throw refusal(file, { message: "is no regular file", fix });
  }
  write(file, () => {
    if (present === undefined) createFile(file, content);
    else if (present.isFile()) replaceFile(file, content, present);
    else writeFileSync(file, content);
  });
}

/**
 * Writes a config. One that is replaced is so as a whole, or not at all.
 *
 * @param options.replace - whether one that is there is replaced
 * @param options.inputs - files that were read for it; absolute paths, or URLs
 * @throws {GeneratorError} `ERR_OUTPUT_PATH` when there is one, or it cannot be written
 */
export function writeConfig(
  file: string,
  content: string,
  { replace, inputs }: { readonly replace: boolean } & Pick<Keep, "inputs">,
): void {
  const present = look(file);
  if (present !== undefined && !replace)
    throw refusal(file, { message: "is there already", fix: "replace it with --force, or remove it" });
  if (present !== undefined) assertNoOther(file, present, inputs);
  write(file, () => {
    if (present === undefined) writeFileSync(file, content, { flag: "wx" });
    else replaceFile(file, content, present);
  });
}

/** @returns undefined where nothing is */
function look(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    throw failedWrite(file, cause);
  }
}

/** Makes sure that it is neither a folder nor what somebody else has need of. */
function assertNoOther(file: string, present: Stats, inputs: readonly string[]): void {
  if (present.isDirectory()) throw refusal(file, { message: "is a folder", fix: "name a file in it" });
  if (present.isSymbolicLink()) {
    // Whoever made it may have meant something else than to have what it leads to replaced.
    const message = "is a symbolic link: what it leads to is left alone";
    throw refusal(file, { message, fix: "remove it, or name the file itself" });
  }
  // By what they are, and not by their names: a file may have several.
  const isPresent = ({ dev, ino }: Stats) => dev === present.dev && ino === present.ino;
  if (!inputs.flatMap((input) => lookAt(input).stats ?? []).some(isPresent)) return;
  const message = "was read for this, and would be replaced by it";
  throw refusal(file, { message, fix: "choose another file" });
}

/** An empty one is what `mktemp` makes, or a disk that is full. */
function isEmptyOr(mayReplace: Keep["mayReplace"], file: string, { size }: Stats): boolean {
  try {
    return size === 0 || mayReplace(readFileSync(file, "utf8"));
  } catch {
    return false; // whatever it is, nobody can tell
  }
}

function createFile(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // Not what came to be there meanwhile, nor what a link leads to.
  writeFileSync(file, content, { flag: "wx" });
}

function replaceFile(file: string, content: string, { mode }: Stats): void {
  const written = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    writeFileSync(written, content, { flag: "wx", mode });
    renameSync(written, file);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

function write(file: string, attempt: () => void): void {
  try {
    attempt();
  } catch (cause) {
    throw failedWrite(file, cause);
  }
}

function refusal(file: string, finding: Finding): GeneratorError {
  return errorAt("ERR_OUTPUT_PATH", startOf(file), finding);
}
