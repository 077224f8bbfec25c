import { emitIndex } from "../emit-client.ts";
import { type Diagnostic, startOf } from "../errors.ts";
import { completeConfig, type Mapping } from "../load-config.ts";
import type { LoadedSpec, OutputFile } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";
import { attempt, errorOf, withoutRepeats } from "./failure.ts";
import { hashFile } from "./last-run.ts";
import type { ClientSummary } from "./result.ts";
import { runClients } from "./run-clients.ts";
import type { ClientOutcome, SpecSummary } from "./run-stages.ts";

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
 * @throws {GeneratorError} with every problem that was found, whichever documents have it and whichever stage found it
 */
export async function emitFiles(
  mapping: Mapping,
  onClient: (client: ClientSummary) => void = () => {},
): Promise<Emitted> {
  const { config, consulted } = completeConfig(mapping);
  const { locate: _, ...values } = config;
  const outcomes = await runClients(values, (outcome) => summariesOf(outcome).forEach(onClient));
  const specs = outcomes.flatMap(({ spec }) => spec ?? []);
  const mapped = await attempt("map", () => resolveMapping(config, specs.map(withPositions)));
  const failures = outcomes.flatMap(({ failure }) => failure ?? []);
  const warnings = outcomes.flatMap(warningsOf);
  if ("failure" in mapped) throw errorOf([...failures, mapped.failure], warnings);
  if (failures.length > 0) throw errorOf(failures, warnings);
  const clients = outcomes.flatMap(({ client }) => client ?? []);
  const models = clients.map(({ model }) => model);
  return {
    importExtension: config.importExtension,
    files: [...clients.flatMap(({ files }) => files), ...verifyOutput(emitIndex(config, models))],
    clients: outcomes.flatMap(summariesOf),
    warnings: withoutRepeats([...warnings, ...mapped.value.warnings]),
    hashes: Object.assign(hashesOf(consulted), ...specs.map(({ sources }) => sources)),
  };
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
