import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isBelow } from "../below.ts";
import type { ClientTarget } from "../model.ts";
import { urlProblem } from "../secure-url.ts";
import { isUrl } from "./source-location.ts";

/** Of one document with all of its files; the largest documents known have a quarter of it. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Of one file. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const MAX_FILES = 10_000;

const TIMEOUT_MS = 30_000;

/** What may be read for one client, and how much of it. */
export interface ReadPolicy {
  /** Real path of the folder below which files may be read; undefined: none may. */
  readonly root?: string;
  /** Whether the config says which folder that is; the document's own otherwise. */
  readonly isRootGiven: boolean;
  /** As `URL.host` has them: with a port where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  readonly maxFileBytes: number;
  /** Of one download, redirects included. */
  readonly timeoutMs: number;
  /** What is left for further files; reading uses it up. */
  readonly budget: { bytes: number; files: number };
}

/** What cannot be read, and why; the reader says where. */
export class UnreadableError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/**
 * What a client's document may be made of: files below `specRoot`, or below the document's own folder; remote
 * files from `remoteHosts`, and from where a remote document itself is.
 */
export function readPolicy(target: ClientTarget): ReadPolicy {
  const { spec, specRoot, remoteHosts = [] } = target;
  const own = isUrl(spec) ? [new URL(spec).host] : [];
  const root = isUrl(spec) ? undefined : realPathOf(specRoot ?? dirname(realPathOf(spec)));
  return {
    ...(root !== undefined && { root }),
    isRootGiven: specRoot !== undefined,
    hosts: new Set([...own, ...remoteHosts]),
    maxFileBytes: MAX_FILE_BYTES,
    timeoutMs: TIMEOUT_MS,
    budget: { bytes: MAX_BYTES, files: MAX_FILES },
  };
}

/** Symbolic links followed, as far as there is something. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}

/** @throws {UnreadableError} for a file that is not below the root */
export function checkLocalPath(realPath: string, { root, isRootGiven }: ReadPolicy): void {
  if (root === undefined)
    throw new UnreadableError(
      "a remote document may not lead to local files",
      "put the file at a URL too, or download the document",
    );
  if (isBelow(root, realPath)) return;
  const folder = isRootGiven ? "specRoot" : "the document's own folder";
  const fix = "set specRoot to a folder that has all of the document's files";
  throw new UnreadableError(`is refused: it is outside of ${folder}`, fix);
}

/** @throws {UnreadableError} for a URL that is not allowed; holds for every redirect too */
export function checkUrl(url: URL, { hosts }: ReadPolicy): void {
  const problem = urlProblem(url.href);
  if (problem !== undefined)
    throw new UnreadableError(`is refused: ${problem}`, "name such an address, or download what is there");
  if (hosts.has(url.host)) return;
  const fix = `add "${url.host}" to remoteHosts if it is trusted`;
  throw new UnreadableError(`is refused: the config allows no host ${url.host}`, fix);
}

/** @throws {UnreadableError} when more bytes were read than one file, or all of them, may have */
export function checkSize(bytes: number, { maxFileBytes, budget }: ReadPolicy): void {
  if (bytes > maxFileBytes) throw new UnreadableError(`is larger than ${sizeOf(maxFileBytes)}`, LESS);
  if (bytes > budget.bytes)
    throw new UnreadableError("the files of the document are too large together", LESS);
}

/** Takes a file off the budget. */
export function spend(bytes: number, { budget }: ReadPolicy): void {
  budget.files -= 1;
  budget.bytes -= bytes;
  if (budget.files < 0)
    throw new UnreadableError("the document has too many files", "put some of them together");
}

const LESS = "make several documents of it, and leave out what is no part of the API, such as examples";

function sizeOf(bytes: number): string {
  const units = Math.log2(bytes) >= 20 ? ([2 ** 20, "MiB"] as const) : ([1, "bytes"] as const);
  return `${bytes / units[0]} ${units[1]}`;
}
