import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { GeneratorError, reasonOf } from "../../errors.ts";
import type { GenerateOptions } from "../../generate.ts";
import { configsIn } from "../../load-config.ts";
import type { ExitCode } from "../command.ts";
import { printFailure } from "../failure.ts";
import { ownOutput } from "../own-output.ts";
import { processRedactor } from "../redactor.ts";
import { place, print, printCommandError, printDiagnostics } from "../terminal.ts";
import { printChanges } from "./changes.ts";
import { Saves } from "./saves.ts";
import { printWritten } from "./summary.ts";
import type { WatchOutcome } from "./watch-thread.ts";

/** Editors save in several steps, and many files at once. */
const SETTLE_MS = 50;

/** How long what a config prints last may take to be printed. */
const GRACE_MS = 200;

/**
 * Generates, and again whenever a file is saved that the clients depend on. A save that breaks something is reported, and
 * the next one tried.
 *
 * @returns when nobody reads what it says: mostly, whoever started it ends it
 */
export async function watch(options: GenerateOptions): Promise<ExitCode> {
  const unread = once(ownOutput(), "error").then((): ExitCode => 1);
  return await Promise.race([unread, generateOnSaves(options)]);
}

async function generateOnSaves(options: GenerateOptions): Promise<never> {
  const saves = new Saves();
  // Of one that ends its thread, nothing else is known.
  saves.watch(configFiles(options));
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

/** Of what failed in another way than generating does, only that it did. */
type Outcome = WatchOutcome | { readonly error: unknown };

/** @returns the files to watch: after a failure, also those from before */
function report(outcome: Outcome, before: Iterable<string>): string[] {
  if ("error" in outcome) {
    printCommandError({ message: processRedactor().error(reasonOf(outcome.error)) });
    return [...before];
  }
  if ("diagnostics" in outcome) {
    printFailure(new GeneratorError(outcome.code, outcome.diagnostics), false);
    const files = outcome.diagnostics.flatMap(({ file, mentions = [] }) => [file, ...mentions]);
    return [...before, ...localFiles(files)];
  }
  const { result } = outcome;
  printDiagnostics(result.warnings);
  printChanges(result.changes);
  printWritten(result);
  return localFiles(result.inputs);
}

function configFiles({ cwd, config }: GenerateOptions): string[] {
  return (config === undefined ? configsIn(cwd) : [config]).map((name) => resolve(cwd, name));
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

async function runThread(worker: Worker, options: GenerateOptions): Promise<Outcome> {
  const { promise, resolve: tell } = Promise.withResolvers<Outcome>();
  worker.on("message", (outcome: WatchOutcome) => tell(outcome));
  worker.on("error", (error) => tell({ error }));
  worker.on("exit", () => tell({ error: "the config ended its thread before the work was done" }));
  worker.ref();
  worker.postMessage(options);
  const outcome = await promise;
  // What a config has open would keep it going, beside that of the next save.
  setTimeout(() => worker.terminate(), GRACE_MS);
  return outcome;
}
