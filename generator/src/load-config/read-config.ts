import { readFileSync } from "node:fs";
import { formatPointer } from "../document.ts";
import {
  type Aspect,
  type Diagnostic,
  errorAt,
  GeneratorError,
  type Position,
  reasonOf,
  startOf,
} from "../errors.ts";
import { importModule } from "../import-module.ts";
import { type ParsedDocument, parseDocument } from "../parse-document.ts";
import { withoutSecrets } from "../without-secrets.ts";
import { locateInModule } from "./locate-in-module.ts";

/** A config as it was written, unchecked. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at this path is, or its key; the nearest that there is. */
  readonly locate: (path: readonly string[], aspect?: Aspect) => Position;
}

/**
 * Reads a config of any format. Modules run: they are the user's own code.
 *
 * @throws {GeneratorError} `ERR_CONFIG_UNREADABLE`
 */
export async function readConfig(file: string): Promise<ConfigSource> {
  const text = readText(file);
  return /\.(json|ya?ml)$/.test(file) ? readData(file, text) : await readModule(file, text);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const finding = { message: `cannot be read: ${reasonOf(cause)}`, fix: "name a file that may be read" };
    throw errorAt("ERR_CONFIG_UNREADABLE", startOf(file), finding, { cause });
  }
}

async function readModule(file: string, text: string): Promise<ConfigSource> {
  const find = locateInModule(file, text);
  const locate: ConfigSource["locate"] = (path, aspect) => withoutSecrets(find(path, aspect), text);
  const module = await importModule(file, "ERR_CONFIG_UNREADABLE");
  if (module["default"] === undefined) {
    const fix = "write `export default defineConfig({ ... })`";
    throw errorAt("ERR_CONFIG_UNREADABLE", locate([]), { message: "has no default export", fix });
  }
  return { file, value: module["default"], locate };
}

/** What is only odd in a document is an error here: whoever writes a config can mend it. */
function readData(file: string, text: string): ConfigSource {
  const { document, locate, warnings } = parse(file, text);
  if (warnings.length > 0) throw unreadable(warnings, text);
  return {
    file,
    value: document,
    locate: (path, aspect) => withoutSecrets(locate(formatPointer(path), aspect), text),
  };
}

function parse(file: string, text: string): ParsedDocument {
  try {
    return parseDocument(file, text);
  } catch (cause) {
    if (!(cause instanceof GeneratorError)) throw cause;
    throw unreadable(cause.diagnostics, text, cause);
  }
}

function unreadable(
  diagnostics: readonly Diagnostic[],
  text: string,
  cause?: GeneratorError,
): GeneratorError {
  const errors = diagnostics.map(
    (found): Diagnostic => withoutSecrets({ ...found, severity: "error" }, text),
  );
  return new GeneratorError("ERR_CONFIG_UNREADABLE", errors, cause && { cause });
}
