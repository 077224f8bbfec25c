import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { lookAt } from "../look-at.ts";
import type { ClientTarget } from "../model.ts";
import { type ClientOutcome, type ConfigValues, runStages } from "./run-stages.ts";

/** The clients that are still to be run; every thread takes the next of them, until there is none. */
export interface Queue {
  readonly config: ConfigValues;
  /** Places in the config. */
  readonly order: readonly number[];
  /** How many were taken, by all threads. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What became of a client, and its place in the config. */
export type Entry = readonly [place: number, outcome: ClientOutcome];

/**
 * A thread of its own loads two compilers before it does anything, about 0.4 s; so many bytes of documents take as
 * long.
 */
const BYTES_PER_THREAD = 1_500_000;

const MAX_THREADS = 4;

/**
 * Takes every document through all stages, on several threads where that is faster.
 *
 * @param onOutcome - called as soon as one is through, in whatever order that is
 * @returns what became of them, in the order of the config
 */
export async function runClients(
  config: ConfigValues,
  onOutcome: (outcome: ClientOutcome) => void = () => {},
): Promise<ClientOutcome[]> {
  const sizes = config.clients.map(sizeOf);
  // The largest first: a thread that began it last would keep the others waiting.
  const order = [...sizes.keys()].toSorted((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  const queue = { config, order, taken: new Int32Array(new SharedArrayBuffer(4)) };
  const byPlace = new Map<number, ClientOutcome>();
  const collect = ([place, outcome]: Entry) => {
    byPlace.set(place, outcome);
    onOutcome(outcome);
  };
  const threads = Array.from({ length: furtherThreads(sizes) }, () => runThread(queue, collect));
  await Promise.all([runQueue(queue, collect), ...threads]);
  return config.clients.flatMap((_, place) => byPlace.get(place) ?? []);
}

/** Takes one client after the other through the stages, until all are taken. */
export async function runQueue(
  { config, order, taken }: Queue,
  collect: (entry: Entry) => void,
): Promise<void> {
  for (;;) {
    const place = order[Atomics.add(taken, 0, 1)];
    const target = place === undefined ? undefined : config.clients[place];
    if (place === undefined || target === undefined) return;
    collect([place, await runStages(config, target)]);
  }
}

/** Beside this one. */
function furtherThreads(sizes: readonly number[]): number {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const useful = Math.min(availableParallelism(), sizes.length, Math.floor(bytes / BYTES_PER_THREAD));
  return Math.max(0, Math.min(useful, MAX_THREADS) - 1);
}

async function runThread(queue: Queue, collect: (entry: Entry) => void): Promise<void> {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./client-thread.${ending}`, import.meta.url), { workerData: queue });
  worker.on("message", collect);
  await once(worker, "exit"); // Rejects with what it failed with.
}

/** In bytes; of a remote document nothing is known. */
function sizeOf({ spec }: ClientTarget): number {
  return lookAt(spec).stats?.size ?? 0;
}
