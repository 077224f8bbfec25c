import { parentPort, workerData } from "node:worker_threads";
import { type Queue, runQueue } from "./run-clients.ts";

/* What a further thread runs: it takes clients from the queue, says what became of them, and ends. */
parentPort?.postMessage(await runQueue(workerData as Queue));
