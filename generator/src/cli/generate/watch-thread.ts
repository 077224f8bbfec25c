import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { type Diagnostic, GeneratorError, type GeneratorErrorCode } from "../../errors.ts";
import { type GenerateOptions, type GenerateResult, generate, loadCompilers } from "../../generate.ts";

/** What came of a run: values only, that a thread can hand to another. */
export type WatchOutcome =
  | { readonly result: GenerateResult }
  | { readonly code: GeneratorErrorCode; readonly diagnostics: readonly Diagnostic[] };

/* Loads what takes long, waits until it is told what to generate, does that once, and ends. */
await loadCompilers();
if (parentPort !== null) {
  const [options] = await once(parentPort, "message");
  parentPort.postMessage(await run(options as GenerateOptions));
}

async function run(options: GenerateOptions): Promise<WatchOutcome> {
  try {
    return { result: await generate(options) };
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    return { code: error.code, diagnostics: error.diagnostics };
  }
}
