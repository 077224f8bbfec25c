import { once } from "node:events";
import type { Stats } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type FSWatcher, watch as watchFiles } from "chokidar";
import { reasonOf } from "../../errors.ts";
import type { GenerateOptions } from "../../generate.ts";
import { place, print, printDiagnostics } from "../terminal.ts";
import { printChanges } from "./changes.ts";
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
  const files = watchFiles([], { alwaysStat: true });
  // A thread for each run, loaded ahead: what a config imports is loaded once in a thread.
  let thread = startThread();
  for (;;) {
    const saved = nextSave(files, Date.now());
    files.add(report(await runThread(thread, options)));
    thread = startThread();
    const file = await saved;
    await pause(SETTLE_MS);
    print(`\n${new Date().toTimeString().slice(0, 8)}: ${place(file)} was saved\n`);
  }
}

/**
 * Waits until a file is saved or removed. Files that are watched from now on are told of, too: they count if they were
 * saved after a run had begun.
 */
function nextSave(files: FSWatcher, since: number): Promise<string> {
  return new Promise((resolve) => {
    const heed = (event: string, path: string, stats?: Stats) => {
      if (event === "add" && stats !== undefined && stats.mtimeMs < since) return;
      files.off("all", heed);
      resolve(path);
    };
    files.on("all", heed);
  });
}

/** @returns the files to watch */
function report(outcome: WatchOutcome | { readonly error: unknown }): string[] {
  if ("error" in outcome) {
    console.error(`openapi-m2m: ${reasonOf(outcome.error)}`);
    return [];
  }
  if ("diagnostics" in outcome) {
    printDiagnostics(outcome.diagnostics);
    return localFiles(outcome.diagnostics.flatMap(({ file, mentions = [] }) => [file, ...mentions]));
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
