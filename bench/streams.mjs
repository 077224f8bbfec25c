// Whether memory stays flat while a long answer is read as it comes. See README.md.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createTokenManager } from "@openapi-m2m/runtime";
import { ApiClient, call } from "@openapi-m2m/runtime/codegen/v1";
import { formatCount, printHeading, printTable } from "./report.mjs";

const SHORT = 50;
const LONG = 250;
/** Beyond what the short stream takes: a hundredth of what the long one has more would be seen. */
const MOST_GROWTH_BYTES = 2_000_000;
/** Collections take time: so many in each stream. */
const SAMPLES = 20;

const operations = {
  bytes: { method: "GET", path: ["/bytes"], responses: { 200: ["application/octet-stream"] } },
  events: { method: "GET", path: ["/events"], responses: { 200: ["text/event-stream"] } },
  lines: { method: "GET", path: ["/lines"], responses: { 200: ["application/x-ndjson"] } },
};

const server = fork(new URL("./stream-server.mjs", import.meta.url), { execArgv: [] });
const [{ url: baseUrl }] = await once(server, "message");
const clients = { bench: { tokenEndpoint: baseUrl, clientId: "bench" } };
const tokens = createTokenManager({ clients });
const client = new (class extends ApiClient {})(
  { name: "BenchClient", tokenClient: "bench" },
  { tokens, baseUrl },
);

/** @returns the most memory in use at any sample, in bytes, and how many items there were */
async function read(operation, megabytes, every) {
  const query = [{ name: "megabytes" }];
  const { data } = await client[call]({ ...operation, query }, { query: { megabytes }, stream: true });
  let items = 0;
  let most = 0;
  for await (const _ of data) {
    items++;
    if (items % every === 0) most = Math.max(most, used());
  }
  return { items, most };
}

/** What is left once nothing more goes: buffers are let go of by the next collection only. */
function used() {
  for (let least = Number.POSITIVE_INFINITY; ; ) {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external >= least) return least;
    least = heapUsed + external;
  }
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(2);

printHeading(`Streams of ${SHORT} and ${LONG} MB, read as they come; MB after collection`);
const rows = [];
for (const [name, operation] of Object.entries(operations)) {
  await read(operation, SHORT, 100_000); // So that all is compiled and loaded that will be.
  const start = performance.now();
  const { items } = await read(operation, SHORT, Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - start) / 1000;
  const short = await read(operation, SHORT, Math.floor(items / SAMPLES));
  const long = await read(operation, LONG, Math.floor((items * LONG) / SHORT / SAMPLES));
  const growth = long.most - short.most;
  const speed = formatCount(SHORT / seconds);
  rows.push([
    name,
    formatCount(long.items),
    speed,
    megabytes(short.most),
    megabytes(long.most),
    megabytes(growth),
  ]);
  if (growth > MOST_GROWTH_BYTES) process.exitCode = 1;
}
printTable(["stream of", "items", "MB a second", `${SHORT} MB`, `${LONG} MB`, "growth"], rows);
const limit = `at most ${megabytes(MOST_GROWTH_BYTES)} MB more for the long stream than for the short one`;
console.log(`${process.exitCode ? "MISSED" : "met"}: ${limit}`);
await tokens.close();
server.disconnect();
