import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { errorAt, type GeneratorErrorCode, type Position, reasonOf, startOf } from "./errors.ts";
import { positionOfError } from "./import-module/error-position.ts";
import { withExcerpt } from "./parse-document.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** How a module of the user's is imported. */
export interface ImportOptions {
  /** What is shown of the message of an error that it throws, which may quote anything; default all of it. */
  readonly shown?: (message: string) => string;
  /** How long it may take to load; default half a minute. */
  readonly limitMs?: number;
  /** What to do about one that takes longer; default to have it wait for less. */
  readonly remedy?: string;
}

/**
 * Imports a module of the user's own, TypeScript too: it runs.
 *
 * @param file - absolute
 * @param code - of the error
 * @throws {GeneratorError} with the place of what stopped it, as far as Node.js tells; or when it waits for too long
 */
export async function importModule(
  file: string,
  code: GeneratorErrorCode,
  { shown = (message) => message, limitMs = 30_000, remedy = "have it wait for less" }: ImportOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await inTime(import(/* @vite-ignore */ pathToFileURL(file).href), limitMs);
  } catch (cause) {
    if (cause instanceof TooLong) {
      const message = `is not loaded after ${limitMs / 1000} s: it, or what it imports, waits for something`;
      throw errorAt(code, startOf(file), { message, fix: remedy });
    }
    // What it was imported from is where the error is, mostly, or not worth a path as long as that.
    const message = shown(reasonOf(cause).replace(/ imported from .*$/s, ""));
    const mentions = [...message.matchAll(/(?<=')(?:[a-z]:)?[/\\][^']*(?=')/gi)].map(([path]) => path);
    const at = positionOfError(cause, file);
    throw errorAt(
      code,
      at ? quoted(at) : startOf(file),
      { message, fix: fixFor(cause), mentions },
      { cause },
    );
  }
}

class TooLong extends Error {}

/** Not by the clock alone: one that waits for nothing that could come would end the process without a word. */
async function inTime<Value>(loading: Promise<Value>, limitMs: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooLong()), limitMs);
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The place in the user's code that an error comes from; undefined where Node.js does not tell. */
export function placeOfError(error: unknown): Position | undefined {
  return positionOfError(error);
}

/** With the lines of the module, which may be one that it imports. */
function quoted(at: Position): Position {
  try {
    const text = readFileSync(at.file, "utf8");
    return withoutSecrets({ ...at, ...withExcerpt(text, at) }, text);
  } catch {
    return at; // what was imported is no file, or was one a moment ago
  }
}

function fixFor(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") return "TypeScript needs Node >= 22.18; or write it as .mjs";
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
    return "Node only takes types away: write it without enum, namespace and parameter properties, or name what was compiled of it";
  if (cause instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(cause.message)) {
    return 'add "type": "module" to package.json, or end the file\'s name in .mjs';
  }
  if (code !== "ERR_MODULE_NOT_FOUND") return "correct it: Node.js runs it as a module";
  if (reasonOf(cause).startsWith("Cannot find package")) return "install it";
  return "correct the path; a TypeScript file is imported by its own name, which ends in .ts";
}
