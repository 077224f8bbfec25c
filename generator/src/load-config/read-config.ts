import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { formatPointer } from "../document.ts";
import { errorAt, GeneratorError, type Position, reasonOf, startOf } from "../errors.ts";
import { type ParsedDocument, parseDocument } from "../parse-document.ts";
import { positionOfError } from "./error-position.ts";
import { locateInModule } from "./locate-in-module.ts";

/** A config as it was written, unchecked. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at this path is; the nearest that there is. */
  readonly locate: (path: readonly string[]) => Position;
}

/**
 * Reads a config of any format. Modules run: they are the user's own code.
 *
 * @throws {GeneratorError} `ERR_CONFIG_UNREADABLE`
 */
export async function readConfig(file: string): Promise<ConfigSource> {
  return /\.(json|ya?ml)$/.test(file) ? readData(file) : await readModule(file);
}

async function readModule(file: string): Promise<ConfigSource> {
  const locate = locateInModule(file);
  let module: { default?: unknown };
  try {
    module = await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    // What it was imported from is where the error is, mostly, or not worth a path as long as that.
    const message = reasonOf(cause).replace(/ imported from .*$/s, "");
    const mentions = [...message.matchAll(/(?<=')(?:[a-z]:)?[/\\][^']*(?=')/gi)].map(([path]) => path);
    const finding = { message, fix: fixFor(cause), mentions };
    const at = positionOfError(cause, file) ?? startOf(file);
    throw errorAt("ERR_CONFIG_UNREADABLE", at, finding, { cause });
  }
  if (module.default === undefined) {
    const fix = "write `export default defineConfig({ ... })`";
    throw errorAt("ERR_CONFIG_UNREADABLE", locate([]), { message: "has no default export", fix });
  }
  return { file, value: module.default, locate };
}

function fixFor(cause: unknown): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_UNKNOWN_FILE_EXTENSION")
    return "TypeScript configs need Node >= 22.18; or write it as .mjs";
  if (cause instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(cause.message)) {
    return 'add "type": "module" to package.json, or end the file\'s name in .mjs';
  }
  if (code !== "ERR_MODULE_NOT_FOUND") return undefined;
  if (reasonOf(cause).startsWith("Cannot find package")) return "install it";
  return "correct the path; a TypeScript file is imported by its own name, which ends in .ts";
}

/** What is only odd in a document is an error here: whoever writes a config can mend it. */
function readData(file: string): ConfigSource {
  const { document, locate, warnings } = parse(file);
  const errors = warnings.map((warning) => ({ ...warning, severity: "error" }) as const);
  if (errors.length > 0) throw new GeneratorError("ERR_CONFIG_UNREADABLE", errors);
  return { file, value: document, locate: (path) => locate(formatPointer(path)) };
}

function parse(file: string): ParsedDocument {
  try {
    return parseDocument(file, readFileSync(file, "utf8"));
  } catch (cause) {
    if (!(cause instanceof GeneratorError)) throw cause;
    throw new GeneratorError("ERR_CONFIG_UNREADABLE", cause.diagnostics, { cause });
  }
}
