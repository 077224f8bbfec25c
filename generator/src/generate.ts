import { buildModel } from "./build-model.ts";
import { emitClient, emitIndex } from "./emit-client.ts";
import { emitSchema } from "./emit-schema.ts";
import { type Diagnostic, mapAll } from "./errors.ts";
import { loadConfig } from "./load-config.ts";
import { loadSpec } from "./load-spec.ts";
import { resolveMapping } from "./resolve-mapping.ts";
import { verifyOutput } from "./verify-output.ts";
import { compareFiles, type StaleFile, writeFiles } from "./write-files.ts";

export interface GenerateOptions {
  /** Folder that relative paths start from and where the config is looked for; absolute. */
  readonly cwd: string;
  /** Path of the config. Default: `openapi-m2m.config.{ts,js,mjs,json,yaml,yml}` in `cwd`. */
  readonly config?: string | undefined;
  /** Compare instead of writing. Default false. */
  readonly check?: boolean | undefined;
}

export interface GenerateResult {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** How many files there are. */
  readonly files: number;
  /** How the imports in them end. */
  readonly importExtension: "js" | "ts";
  /** Files that were written or removed; with `check`, that would be. */
  readonly stale: readonly StaleFile[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Generates the clients of a token client mapping.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one; nothing was written then
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const config = await loadConfig(options.cwd, options.config);
  const { specs, warnings } = resolveMapping(config, await mapAll(config.clients, loadSpec));
  const clients = await mapAll(specs, (spec) => ({ spec, model: buildModel(spec) }));
  const emitted = await mapAll(clients, ({ spec, model }) =>
    emitClient(model, emitSchema(spec, model), config),
  );
  const models = clients.map(({ model }) => model);
  const files = verifyOutput([...emitted.flat(), ...emitIndex(config, models)]);
  const stale = options.check ? compareFiles(config.output, files) : writeFiles(config.output, files);
  return {
    output: config.output,
    files: files.length,
    importExtension: config.importExtension,
    stale,
    warnings: [...clients.flatMap(({ spec, model }) => [...spec.warnings, ...model.warnings]), ...warnings],
  };
}
