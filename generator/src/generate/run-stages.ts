import { emitIndex } from "../emit-client.ts";
import { type Diagnostic, GeneratorError, mapAll, startOf } from "../errors.ts";
import { completeConfig, type Mapping } from "../load-config.ts";
import type { LoadedSpec, OutputFile } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";
import { hashFile } from "./last-run.ts";
import type { ClientOutcome, SpecSummary, Stage } from "./make-client.ts";
import { makeClients } from "./make-clients.ts";

/** What the stages made of a config, with what they read for it. */
export interface Run {
  readonly importExtension: "js" | "ts";
  readonly files: readonly OutputFile[];
  readonly warnings: readonly Diagnostic[];
  /** Path or URL to the SHA-256 of what was read; `null` where there was nothing. */
  readonly inputs: Readonly<Record<string, string | null>>;
}

/**
 * Takes every document through the stages, and puts together what came of them. Writes nothing.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one, whichever documents have it
 */
export async function runStages(mapping: Mapping): Promise<Run> {
  const { config, consulted } = completeConfig(mapping);
  const { locate, ...values } = config;
  const outcomes = await makeClients(values);
  await throwFailures(outcomes, "load");
  const specs = outcomes.flatMap(({ spec }) => (spec === undefined ? [] : [spec]));
  const { warnings } = resolveMapping(config, specs.map(withPositions));
  await throwFailures(outcomes, "emit");
  const made = outcomes.flatMap((outcome) => outcome.made ?? []);
  const shared = emitIndex(
    config,
    made.map(({ model }) => model),
  );
  return {
    importExtension: config.importExtension,
    files: [...made.flatMap(({ files }) => files), ...verifyOutput(shared)],
    warnings: [
      ...outcomes.flatMap(({ spec, made }) => [...(spec?.warnings ?? []), ...(made?.model.warnings ?? [])]),
      ...warnings,
    ],
    inputs: Object.assign(
      Object.fromEntries(consulted.map((path) => [path, hashFile(path)])),
      ...specs.map(({ sources }) => sources),
    ),
  };
}

/** Those of one stage together, of all documents. */
async function throwFailures(outcomes: readonly ClientOutcome[], stage: Stage): Promise<void> {
  await mapAll(outcomes, ({ failure }) => {
    if (failure?.stage === stage) throw new GeneratorError(failure.code, failure.diagnostics);
  });
}

/** Positions that nobody asked for before are those of the file. */
function withPositions({ positions, ...spec }: SpecSummary): LoadedSpec {
  const file = startOf(spec.target.spec);
  return { ...spec, locate: (pointer) => positions.get(pointer) ?? file };
}
