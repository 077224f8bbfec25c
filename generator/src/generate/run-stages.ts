import { buildModel } from "../build-model.ts";
import { emitClient, emitIndex } from "../emit-client.ts";
import { emitSchema } from "../emit-schema.ts";
import { type Diagnostic, mapAll } from "../errors.ts";
import { completeConfig, type Mapping } from "../load-config.ts";
import { loadSpec } from "../load-spec.ts";
import type { OutputFile } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";
import { hashFile } from "./last-run.ts";

/** What the stages made of a config, with what they read for it. */
export interface Run {
  readonly importExtension: "js" | "ts";
  readonly files: readonly OutputFile[];
  readonly warnings: readonly Diagnostic[];
  /** Path or URL to the SHA-256 of what was read; `null` where there was nothing. */
  readonly inputs: Readonly<Record<string, string | null>>;
}

/**
 * Calls the stages in order; has no logic of its own, and writes nothing.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one
 */
export async function runStages(mapping: Mapping): Promise<Run> {
  const { config, consulted } = completeConfig(mapping);
  const { specs, warnings } = resolveMapping(config, await mapAll(config.clients, loadSpec));
  const clients = await mapAll(specs, (spec) => ({ spec, model: buildModel(spec) }));
  const emitted = await mapAll(clients, ({ spec, model }) =>
    emitClient(model, emitSchema(spec, model), config),
  );
  const models = clients.map(({ model }) => model);
  return {
    importExtension: config.importExtension,
    files: verifyOutput([...emitted.flat(), ...emitIndex(config, models)]),
    warnings: [...clients.flatMap(({ spec, model }) => [...spec.warnings, ...model.warnings]), ...warnings],
    inputs: Object.assign(
      Object.fromEntries(consulted.map((path) => [path, hashFile(path)])),
      ...specs.map(({ sources }) => sources),
    ),
  };
}
