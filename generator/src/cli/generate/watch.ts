import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { reasonOf } from "../../errors.ts";
import type { GenerateOptions } from "../../generate.ts";
import { place, print, printCommandError, printDiagnostics } from "../terminal.ts";
import { printChanges } from "./changes.ts";
import { Saves } from "./saves.ts";
import { printWritten } from "./summary.ts";
import type { WatchOutcome } from "./watch-thread.ts";

/** Editors save in several steps, and many files at once. */
const SETTLE_MS = 50;

/**
 * Generates, and again whenever a file is saved that the clients depend on. A save that breaks something is reported, and
 * the next one tried.
 *
 * @returns never: whoever started it ends it
 */
export async function watch(options: GenerateOptions): Promise<never> {
  // Nobody would end it.
  process.stdout.on("error", () => process.exit(1));
  const saves = new Saves();
  // A thread for each run, loaded ahead: what a config imports is loaded once in a thread.
  let thread = startThread();
  for (;;) {
    saves.start();
    saves.watch(report(await runThread(thread, options), saves.files));
    thread = startThread();
    const file = await saves.next();
    await pause(SETTLE_MS);
    print(`\n${new Date().toTimeString().slice(0, 8)}: ${place(file)} was saved\n`);
  }
}

/** @returns the files to watch: after a failure, also those from before */
function report(outcome: WatchOutcome | { readonly error: unknown }, before: Iterable<string>): string[] {
  if ("error" in outcome) {
    printCommandError({ message: reasonOf(outcome.error) });
    return [...before];
  }
  if ("diagnostics" in outcome) {
    printDiagnostics(outcome.diagnostics);
    const files = outcome.diagnostics.flatMap(({ file, mentions = [] }) => [file, ...mentions]);
    return [...before, ...localFiles(files)];
  }
  const { result } = outcome;
  printDiagnostics(result.warnings);
  printChanges(result.changes);
  printWritten(result);
  return localFiles(result.inputs);
}

function localFiles(places: readonly string[]): string[] {
  return places.filter((path) => !/^https?:/.test(path));
}

function startThread(): Worker {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./watch-thread.${ending}`, import.meta.url));
  worker.unref();
  return worker;
}

async function runThread(
  worker: Worker,
  options: GenerateOptions,
): Promise<WatchOutcome | { readonly error: unknown }> {
  worker.ref();
  worker.postMessage(options);
  try {
    const [outcome] = await once(worker, "message");
    return outcome as WatchOutcome;
  } catch (error) {
    return { error };
  }
}
