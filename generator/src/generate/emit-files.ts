import { emitIndex } from "../emit-client.ts";
import { type Diagnostic, GeneratorError, mapAll, startOf } from "../errors.ts";
import { completeConfig, type Mapping } from "../load-config.ts";
import type { LoadedSpec, OutputFile } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";
import { hashFile } from "./last-run.ts";
import type { ClientSummary } from "./result.ts";
import { runClients } from "./run-clients.ts";
import type { ClientOutcome, SpecSummary, Stage } from "./run-stages.ts";

/** What a config comes to, and what was read for it. */
export interface Emitted {
  readonly importExtension: "js" | "ts";
  readonly files: readonly OutputFile[];
  readonly clients: readonly ClientSummary[];
  readonly warnings: readonly Diagnostic[];
  /** Path or URL to the SHA-256 of what was read; `null` where there was nothing. */
  readonly hashes: Readonly<Record<string, string | null>>;
}

/**
 * Takes every document of a config through the stages, and puts together what came of them. Writes nothing.
 *
 * @param onClient - called as soon as a client is emitted
 * @throws {GeneratorError} with every problem of the first stage that found one, whichever documents have it
 */
export async function emitFiles(
  mapping: Mapping,
  onClient: (client: ClientSummary) => void = () => {},
): Promise<Emitted> {
  const { config, consulted } = completeConfig(mapping);
  const { locate: _, ...values } = config;
  const outcomes = await runClients(values, (outcome) => summariesOf(outcome).forEach(onClient));
  await throwFailures(outcomes, "load");
  const specs = outcomes.flatMap(({ spec }) => spec ?? []);
  const { warnings } = resolveMapping(config, specs.map(withPositions));
  await throwFailures(outcomes, "emit");
  const clients = outcomes.flatMap(({ client }) => client ?? []);
  const models = clients.map(({ model }) => model);
  return {
    importExtension: config.importExtension,
    files: [...clients.flatMap(({ files }) => files), ...verifyOutput(emitIndex(config, models))],
    clients: outcomes.flatMap(summariesOf),
    warnings: [...outcomes.flatMap(warningsOf), ...warnings],
    hashes: Object.assign(hashesOf(consulted), ...specs.map(({ sources }) => sources)),
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

function summariesOf({ spec, client }: ClientOutcome): ClientSummary[] {
  if (spec === undefined || client === undefined) return [];
  const { className, folder } = client.model;
  return [{ className, folder, spec: spec.target.spec, operations: client.operations }];
}

function warningsOf({ spec, client }: ClientOutcome): readonly Diagnostic[] {
  return [...(spec?.warnings ?? []), ...(client?.model.warnings ?? [])];
}

function hashesOf(paths: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(paths.map((path) => [path, hashFile(path)]));
}
