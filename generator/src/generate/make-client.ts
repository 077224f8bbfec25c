import { buildModel } from "../build-model.ts";
import { emitClient } from "../emit-client.ts";
import { emitSchema } from "../emit-schema.ts";
import {
  type Diagnostic,
  GeneratorError,
  type GeneratorErrorCode,
  type Position,
  startOf,
} from "../errors.ts";
import { loadSpec } from "../load-spec.ts";
import type { ApiModel, ClientTarget, Config, LoadedSpec, OutputFile } from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";

/** What was made of one document: values only, that a thread can hand to another. */
export interface ClientOutcome {
  /** What the mapping of all documents together takes of it; undefined when it could not be loaded. */
  readonly spec?: SpecSummary;
  readonly made?: MadeClient;
  readonly failure?: Failure;
}

/** The stages that can fail, in their order; the mapping fails for all documents together. */
export type Stage = "load" | "emit";

export interface Failure {
  readonly stage: Stage;
  readonly code: GeneratorErrorCode;
  readonly diagnostics: readonly Diagnostic[];
}

export interface MadeClient {
  readonly files: readonly OutputFile[];
  readonly model: Pick<ApiModel, "className" | "tableName" | "folder" | "warnings">;
}

/** A loaded document without its schemas, and positions instead of a function that finds them. */
export type SpecSummary = Omit<LoadedSpec, "locate"> & { readonly positions: ReadonlyMap<string, Position> };

/** A config without its function. */
export type ConfigValues = Omit<Config, "locate">;

/**
 * Takes one document through all stages, as far as they get. Says nothing of its mapping: whoever has the summaries
 * of all documents does.
 */
export async function makeClient(config: ConfigValues, target: ClientTarget): Promise<ClientOutcome> {
  // What was emitted is parsed in a step of its own, the document gone: with a large one it is most of what is needed.
  const { made, ...outcome } = await emitFor(config, target);
  if (made === undefined) return outcome;
  try {
    return { ...outcome, made: { ...made, files: verifyOutput(made.files) } };
  } catch (error) {
    return { ...outcome, failure: failureOf("emit", error) };
  }
}

async function emitFor(config: ConfigValues, target: ClientTarget): Promise<ClientOutcome> {
  let stage: Stage = "load";
  let spec: SpecSummary | undefined;
  try {
    const positions = new Map<string, Position>();
    const loaded = recordPositions(await loadSpec(target), positions);
    const authorized = tryMapping(config, loaded);
    spec = { ...summarize(loaded), positions: new Map(positions) };
    if (authorized === undefined) return { spec };
    stage = "emit";
    const model = buildModel(authorized);
    const files = emitClient(model, emitSchema(authorized, model), config);
    const { className, tableName, folder, warnings } = model;
    return { spec, made: { files, model: { className, tableName, folder, warnings } } };
  } catch (error) {
    return { ...(spec !== undefined && { spec }), failure: failureOf(stage, error) };
  }
}

/** Anything but a mistake of the document's or the config's is a defect, and ends the run. */
function failureOf(stage: Stage, error: unknown): Failure {
  if (!(error instanceof GeneratorError)) throw error;
  const { code, diagnostics } = error;
  return { stage, code, diagnostics };
}

/** Undefined when the mapping fails already for this document alone: that of all will, and say why. */
function tryMapping(config: ConfigValues, spec: LoadedSpec) {
  try {
    return resolveMapping({ ...config, locate: () => startOf(config.file) }, [spec]).specs[0];
  } catch (error) {
    if (error instanceof GeneratorError) return undefined;
    throw error;
  }
}

/** Notes what is asked for: the mapping of all documents asks for the same. */
function recordPositions(spec: LoadedSpec, positions: Map<string, Position>): LoadedSpec {
  const locate = (pointer: string) => {
    const position = spec.locate(pointer);
    positions.set(pointer, position);
    return position;
  };
  return { ...spec, locate };
}

function summarize({
  target,
  document,
  operations,
  sources,
  warnings,
}: LoadedSpec): Omit<SpecSummary, "positions"> {
  const { components } = document as { components?: { securitySchemes?: unknown } };
  return {
    target,
    document: { components: { securitySchemes: components?.securitySchemes } },
    operations: operations.map(({ pointer, path, method, operation, security }) => ({
      pointer,
      path,
      method,
      operation: { security: operation["security"] },
      ...(security !== undefined && { security }),
      parameters: [],
      servers: [],
      tags: [],
    })),
    sources,
    warnings,
  };
}
