import { buildModel } from "../build-model.ts";
import { emitClient } from "../emit-client.ts";
import { emitSchema } from "../emit-schema.ts";
import { GeneratorError, type Position, startOf } from "../errors.ts";
import { loadSpec } from "../load-spec.ts";
import type {
  ApiModel,
  AuthorizedSpec,
  ClientTarget,
  Config,
  LoadedSpec,
  OutputFile,
  SourceOperation,
} from "../model.ts";
import { resolveMapping } from "../resolve-mapping.ts";
import { verifyOutput } from "../verify-output.ts";
import { attempt, type Failure } from "./failure.ts";

/** What the stages made of one document: values only, that a thread can hand to another. */
export interface ClientOutcome {
  /** What the mapping of all documents together takes of it; undefined when it could not be loaded. */
  readonly spec?: SpecSummary;
  readonly client?: EmittedClient;
  readonly failure?: Failure;
}

export interface EmittedClient {
  readonly files: readonly OutputFile[];
  readonly model: Pick<ApiModel, "className" | "tableName" | "folder" | "warnings">;
  /** How many there are. */
  readonly operations: number;
}

/** A loaded document without its schemas, and positions instead of a function that finds them. */
export type SpecSummary = Omit<LoadedSpec, "locate"> & { readonly positions: ReadonlyMap<string, Position> };

/** A config without its function. */
export type ConfigValues = Omit<Config, "locate">;

/**
 * Takes one document through all stages, as far as they get. Says nothing of its mapping: whoever has the summaries
 * of all documents does.
 */
export async function runStages(config: ConfigValues, target: ClientTarget): Promise<ClientOutcome> {
  // What was emitted is parsed in a step of its own, the document gone: with a large one it is most of what is needed.
  const { client, ...outcome } = await loadAndEmit(config, target);
  if (client === undefined) return outcome;
  const verified = await attempt("emit", () => verifyOutput(client.files));
  return { ...outcome, ...("failure" in verified ? verified : { client }) };
}

async function loadAndEmit(config: ConfigValues, target: ClientTarget): Promise<ClientOutcome> {
  const loaded = await attempt("load", () => loadSpec(target));
  if ("failure" in loaded) return loaded;
  const { spec, positions } = recordPositions(loaded.value);
  const authorized = authorize(config, spec);
  const summary = { ...summarize(spec), positions };
  if (authorized === undefined) return { spec: summary };
  const emitted = await attempt("emit", () => emit(config, authorized));
  return { spec: summary, ...("failure" in emitted ? emitted : { client: emitted.value }) };
}

/** Undefined when the mapping fails already for this document alone: that of all will, and say why. */
function authorize(config: ConfigValues, spec: LoadedSpec): AuthorizedSpec | undefined {
  try {
    return resolveMapping({ ...config, locate: () => startOf(config.file) }, [spec]).specs[0];
  } catch (error) {
    if (error instanceof GeneratorError) return undefined;
    throw error;
  }
}

function emit(config: ConfigValues, spec: AuthorizedSpec): EmittedClient {
  const model = buildModel(spec);
  const files = emitClient(model, emitSchema(spec, model), config);
  const { className, tableName, folder, warnings, operations } = model;
  return { files, model: { className, tableName, folder, warnings }, operations: operations.length };
}

/** Notes what is asked for: the mapping of all documents asks for the same. */
function recordPositions(loaded: LoadedSpec): { spec: LoadedSpec; positions: ReadonlyMap<string, Position> } {
  const positions = new Map<string, Position>();
  const locate = (pointer: string) => {
    const position = loaded.locate(pointer);
    positions.set(pointer, position);
    return position;
  };
  return { spec: { ...loaded, locate }, positions };
}

function summarize(spec: LoadedSpec): Omit<SpecSummary, "positions"> {
  const { target, document, operations, sources, warnings } = spec;
  const { components } = document as { components?: { securitySchemes?: unknown } };
  return {
    target,
    document: { components: { securitySchemes: components?.securitySchemes } },
    operations: operations.map(withoutSchemas),
    sources,
    warnings,
  };
}

function withoutSchemas({ pointer, path, method, operation, security }: SourceOperation): SourceOperation {
  return {
    pointer,
    path,
    method,
    operation: { security: operation["security"] },
    ...(security !== undefined && { security }),
    parameters: [],
    servers: [],
    tags: [],
  };
}
