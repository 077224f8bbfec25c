import { buildModel } from "../build-model.ts";
import { buildReport } from "../build-report.ts";
import { type Diagnostic, mapAll } from "../errors.ts";
import type { Mapping } from "../load-config.ts";
import { loadSpec } from "../load-spec.ts";
import type { AccessReport } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";

/**
 * Reads every document of a config, and puts together what they say.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one, whichever documents have it
 */
export async function readApis(
  mapping: Mapping,
): Promise<{ report: AccessReport; warnings: readonly Diagnostic[] }> {
  const loaded = await mapAll(mapping.clients, loadSpec);
  // Nothing is imported, whatever imports end in.
  const resolved = resolveMapping({ importExtension: "ts", ...mapping }, loaded);
  const clients = await mapAll(resolved.specs, (spec) => ({ spec, model: buildModel(spec) }));
  const warnings = clients.flatMap(({ spec, model }) => [...spec.warnings, ...model.warnings]);
  return { report: buildReport(mapping, clients), warnings: [...warnings, ...resolved.warnings] };
}
