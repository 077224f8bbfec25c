import { parentPort, workerData } from "node:worker_threads";
import { type Share, takeShare } from "./make-clients.ts";

/* What a further thread runs: it takes its share of the clients, says what became of them, and ends. */
parentPort?.postMessage(await takeShare(workerData as Share));
