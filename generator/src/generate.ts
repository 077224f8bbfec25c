import { buildRecord, recall, recordFile } from "./generate/last-run.ts";
import type { ClientSummary, GenerateResult } from "./generate/result.ts";
import { readMapping } from "./load-config.ts";
import type { ApiChanges, OutputFile } from "./model.ts";
import { compareFiles, contentsOf, type StaleFile, writeFiles, writeRecord } from "./write-files.ts";

export type { ClientSummary, GenerateResult } from "./generate/result.ts";
export type { ApiChanges, ChangedOperation, ChangedPart, OperationName } from "./model.ts";

/** Where a config is, and what is done with what is generated. */
export interface GenerateOptions {
  /** Folder that relative paths start from and where the config is looked for; absolute. */
  readonly cwd: string;
  /** Path of the config. Default: `openapi-m2m.config.{ts,js,mjs,json,yaml,yml}` in `cwd`. */
  readonly config?: string | undefined;
  /** Compare instead of writing. Default false. */
  readonly check?: boolean | undefined;
  /** Called as soon as a client is made, unless the last run made the same ones. */
  readonly onClient?: ((client: ClientSummary) => void) | undefined;
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
  const { files, hashes, ...rest } = await emitFiles(mapping, options.onClient);
  const { output } = mapping;
  const before = contentsOf(output);
  const stale = options.check ? compareFiles(output, files) : writeFiles(output, files);
  const changes = await changesOf(before, files, stale);
  const inputs = [mapping.file, ...Object.keys(hashes)];
  const result = { output, files: files.length, ...rest, stale, changes, inputs };
  const record = recorded && buildRecord(mapping, hashes, files, result);
  if (recorded && record) writeRecord(recorded, JSON.stringify(record));
  return result;
}

/** Loads what {@link generate} needs and takes long to load, ahead of the run. */
export async function loadCompilers(): Promise<void> {
  await import("./generate/emit-files.ts");
}

/** Where nothing is there to be compared, what compares is not loaded. */
async function changesOf(
  before: readonly OutputFile[],
  after: readonly OutputFile[],
  stale: readonly StaleFile[],
): Promise<ApiChanges[]> {
  if (!stale.some(({ state }) => state === "different")) return [];
  const { compareApi } = await import("./compare-api.ts");
  return compareApi(before, after);
}
