import { hash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { type Diagnostic, diagnosticAt, errorAt, reasonOf, startOf } from "../errors.ts";
import {
  checkLocalPath,
  checkSize,
  type ReadPolicy,
  realPathOf,
  spend,
  UnreadableError,
} from "./read-policy.ts";
import { type DecodedText, decodeText } from "./read-source/decode-text.ts";
import { download } from "./read-source/download.ts";
import { isLocalPath, isUrl, shownLocation } from "./source-location.ts";

/** One file of a document. */
export interface SourceText {
  /** What references in it start from: its path as it was asked for, or the URL where redirects ended. */
  readonly location: string;
  readonly text: string;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  /** About its encoding. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads one file of a document, where the policy allows it.
 *
 * @param location - absolute path or URL; its query is sent, and left out of messages
 * @throws {GeneratorError} `ERR_DOCUMENT_UNREADABLE` with the reason and how to mend it
 */
export async function readSource(location: string, policy: ReadPolicy): Promise<SourceText> {
  try {
    const { url = location, bytes, charset } = await readBytes(location, policy);
    spend(bytes.length, policy);
    const decoded = decodeText(bytes, charset);
    return {
      location: url,
      text: decoded.text,
      hash: hash("sha256", bytes),
      warnings: encodingWarnings(location, decoded),
    };
  } catch (cause) {
    const fix = cause instanceof UnreadableError ? cause.fix : undefined;
    const finding = { message: reasonOf(cause), fix };
    throw errorAt("ERR_DOCUMENT_UNREADABLE", startOf(shownLocation(location)), finding, { cause });
  }
}

type Bytes = { url?: string; bytes: Uint8Array; charset?: string };

async function readBytes(location: string, policy: ReadPolicy): Promise<Bytes> {
  if (isUrl(location)) return await download(location, policy);
  if (isLocalPath(location)) return { bytes: await readLocal(location, policy) };
  throw new UnreadableError("is refused: it is neither a file nor an https URL");
}

async function readLocal(path: string, policy: ReadPolicy): Promise<Uint8Array> {
  try {
    // Checked of what is not there as well: what files there are elsewhere is not to be told.
    checkLocalPath(realPathOf(path), policy);
    const real = await realpath(path);
    checkLocalPath(real, policy);
    const entry = await stat(real);
    // A pipe or a device may have no end.
    if (!entry.isFile())
      throw new UnreadableError(entry.isDirectory() ? "is a folder" : "is no regular file");
    checkSize(entry.size, policy);
    return await readFile(real);
  } catch (cause) {
    throw cause instanceof UnreadableError ? cause : fileFailure(cause);
  }
}

function fileFailure(caught: unknown): UnreadableError {
  const code = (caught as { code?: unknown })?.code;
  const known = typeof code === "string" ? FILE_REASONS[code] : undefined;
  return new UnreadableError(known ?? reasonOf(caught), undefined, { cause: caught });
}

const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "may not be read: permission denied",
  ELOOP: "is a symbolic link that leads in a circle",
};

function encodingWarnings(location: string, { badLine }: DecodedText): readonly Diagnostic[] {
  if (badLine === undefined) return [];
  const at = { ...startOf(shownLocation(location)), line: badLine };
  const finding = { message: "is not UTF-8; Windows-1252 is taken", fix: "save it as UTF-8" } as const;
  return [diagnosticAt(at, { ...finding, severity: "warning" })];
}
