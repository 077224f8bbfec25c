import { buildRecord, recall, recordFile } from "./generate/last-run.ts";
import type { GenerateResult } from "./generate/result.ts";
import { readMapping } from "./load-config.ts";
import { compareFiles, writeFiles, writeRecord } from "./write-files.ts";

export type { GenerateResult } from "./generate/result.ts";

export interface GenerateOptions {
  /** Folder that relative paths start from and where the config is looked for; absolute. */
  readonly cwd: string;
  /** Path of the config. Default: `openapi-m2m.config.{ts,js,mjs,json,yaml,yml}` in `cwd`. */
  readonly config?: string | undefined;
  /** Compare instead of writing. Default false. */
  readonly check?: boolean | undefined;
}

/**
 * Generates the clients of a token client mapping, unless the last run did just that: nothing that it read or wrote
 * has changed since. With `check` it never relies on the last run.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one; nothing was written then
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const mapping = await readMapping(options.cwd, options.config);
  const recorded = options.check ? undefined : recordFile(mapping);
  const known = recorded && recall(recorded, mapping);
  if (known) return known;
  // The compilers below it take longer to load than all of the above.
  const { emitFiles } = await import("./generate/emit-files.ts");
  const { files, inputs, ...rest } = await emitFiles(mapping);
  const { output } = mapping;
  const stale = options.check ? compareFiles(output, files) : writeFiles(output, files);
  const result = { output, files: files.length, ...rest, stale };
  const record = recorded && buildRecord(mapping, inputs, files, result);
  if (recorded && record) writeRecord(recorded, JSON.stringify(record));
  return result;
}
