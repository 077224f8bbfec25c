import { buildModel } from "../build-model.ts";
import { buildReport } from "../build-report.ts";
import { type Diagnostic, mapAll } from "../errors.ts";
import type { Mapping } from "../load-config.ts";
import { loadSpec } from "../load-spec.ts";
import type { AccessReport } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";

/** What the documents of a config say, taken together. */
export interface Apis {
  readonly report: AccessReport;
  readonly warnings: readonly Diagnostic[];
  /** Absolute paths, or URLs, of all that was read. */
  readonly inputs: readonly string[];
}

/**
 * Reads every document of a config, and puts together what they say.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one, whichever documents have it
 */
export async function readApis(mapping: Mapping): Promise<Apis> {
  const loaded = await mapAll(mapping.clients, loadSpec);
  // Nothing is imported, whatever imports end in.
  const resolved = resolveMapping({ importExtension: "ts", ...mapping }, loaded);
  const clients = await mapAll(resolved.specs, (spec) => ({ spec, model: buildModel(spec) }));
  const warnings = clients.flatMap(({ spec, model }) => [...spec.warnings, ...model.warnings]);
  return {
    report: buildReport(mapping, clients),
    warnings: [...warnings, ...resolved.warnings],
    inputs: [...new Set(loaded.flatMap(({ sources }) => Object.keys(sources)))],
  };
}
