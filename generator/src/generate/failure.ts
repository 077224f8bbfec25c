import { type Diagnostic, formatDiagnostic, GeneratorError, type GeneratorErrorCode } from "../errors.ts";

/** The stages that can fail, in their order; the mapping fails for all documents together. */
export type Stage = "load" | "map" | "emit";

/** Why a stage failed: values only, that a thread can hand to another. */
export interface Failure {
  readonly stage: Stage;
  readonly code: GeneratorErrorCode;
  readonly diagnostics: readonly Diagnostic[];
}

/** Anything but a mistake of the document's or the config's is a defect, and ends the run. */
export async function attempt<Value>(
  stage: Stage,
  run: () => Value | Promise<Value>,
): Promise<{ readonly value: Value } | { readonly failure: Failure }> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    const { code, diagnostics } = error;
    return { failure: { stage, code, diagnostics } };
  }
}

/**
 * One error of all failures, so that one run shows everything that is to be mended, with the warnings behind it.
 * What it is called is the first failure of the first stage that has one.
 *
 * @param failures - one at least
 */
export function errorOf(failures: readonly Failure[], warnings: readonly Diagnostic[]): GeneratorError {
  const inTurn = STAGES.flatMap((stage) => failures.filter((failure) => failure.stage === stage));
  const errors = inTurn.flatMap(({ diagnostics }) => diagnostics);
  const [{ code } = { code: "ERR_DOCUMENT_INVALID" as const }] = inTurn;
  return new GeneratorError(code, withoutRepeats([...errors, ...warnings]));
}

/** Several clients may be made of one document. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((entry) => [formatDiagnostic(entry), entry])).values()];
}

const STAGES: readonly Stage[] = ["load", "map", "emit"];
