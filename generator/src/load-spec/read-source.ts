import { hash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { type Diagnostic, diagnosticAt, errorAt, reasonOf, startOf } from "../errors.ts";
import { withExcerpt } from "../parse-document.ts";
import { shownLocation } from "../shown-location.ts";
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
import { isLocalPath, isUrl } from "./source-location.ts";

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
    const fix = cause instanceof UnreadableError ? cause.fix : CHECK_PATH;
    const finding = { message: reasonOf(cause), fix };
    throw errorAt("ERR_DOCUMENT_UNREADABLE", startOf(shownLocation(location)), finding, { cause });
  }
}

type Bytes = { url?: string; bytes: Uint8Array; charset?: string };

async function readBytes(location: string, policy: ReadPolicy): Promise<Bytes> {
  if (isUrl(location)) return await download(location, policy);
  if (isLocalPath(location)) return { bytes: await readLocal(location, policy) };
  throw new UnreadableError("is refused: it is neither a file nor an https URL", "name one of the two");
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
      throw new UnreadableError(entry.isDirectory() ? "is a folder" : "is no regular file", CHECK_PATH);
    checkSize(entry.size, policy);
    return await readFile(real);
  } catch (cause) {
    throw cause instanceof UnreadableError ? cause : fileFailure(cause);
  }
}

function fileFailure(caught: unknown): UnreadableError {
  const code = (caught as { code?: unknown })?.code;
  const known = typeof code === "string" ? FILE_REASONS[code] : undefined;
  const [message, fix] = known ?? [reasonOf(caught), CHECK_PATH];
  return new UnreadableError(message, fix, { cause: caught });
}

const CHECK_PATH = "name a file that is there and may be read";

const FILE_REASONS: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  ENOENT: ["there is no such file", "correct the path: it starts from the folder of the file that names it"],
  ENOTDIR: ["there is no such file", "correct the path: it starts from the folder of the file that names it"],
  EACCES: ["may not be read: permission denied", "allow it to whoever runs the generator"],
  ELOOP: ["is a symbolic link that leads in a circle", "have it lead to a file"],
};

function encodingWarnings(location: string, { badLine, text }: DecodedText): readonly Diagnostic[] {
  if (badLine === undefined) return [];
  const at = { file: shownLocation(location), ...withExcerpt(text, { line: badLine, column: 1 }) };
  const finding = { message: "is not UTF-8; Windows-1252 is taken", fix: "save it as UTF-8" } as const;
  return [diagnosticAt(at, { ...finding, severity: "warning" })];
}
