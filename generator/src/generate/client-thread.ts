import { parentPort, workerData } from "node:worker_threads";
import { type Entry, type Queue, runQueue } from "./run-clients.ts";

/* What a further thread runs: it takes clients from the queue, says what became of each, and ends. */
await runQueue(workerData as Queue, (entry: Entry) => parentPort?.postMessage(entry));
