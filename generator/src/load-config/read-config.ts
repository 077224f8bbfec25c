import { readFileSync } from "node:fs";
import { formatPointer } from "../document.ts";
import { errorAt, GeneratorError, type Position } from "../errors.ts";
import { importModule } from "../import-module.ts";
import { type ParsedDocument, parseDocument } from "../parse-document.ts";
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
  const module = await importModule(file, "ERR_CONFIG_UNREADABLE");
  if (module["default"] === undefined) {
    const fix = "write `export default defineConfig({ ... })`";
    throw errorAt("ERR_CONFIG_UNREADABLE", locate([]), { message: "has no default export", fix });
  }
  return { file, value: module["default"], locate };
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
