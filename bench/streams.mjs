// Whether memory stays flat while a long answer is read as it comes, a long body written as it goes. See README.md.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createTokenManager } from "@openapi-m2m/runtime";
import { ApiClient, call } from "@openapi-m2m/runtime/codegen/v1";
import { readMemory } from "./memory.mjs";
import { formatCount, printHeading, report } from "./report.mjs";

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
const upload = {
  method: "PUT",
  path: ["/bytes"],
  body: { required: true, content: [{ mediaType: "application/octet-stream" }] },
  responses: { 204: [] },
};

const server = fork(new URL("./stream-server.mjs", import.meta.url), { execArgv: [] });
const [{ url: baseUrl }] = await once(server, "message");
const clients = { bench: { tokenEndpoint: baseUrl, clientId: "bench" } };
const tokens = createTokenManager({ clients });
const client = new (class extends ApiClient {})(
  { name: "BenchClient", tokenClient: "bench" },
  { tokens, baseUrl },
);

/**
 * Reads what an operation sends.
 *
 * @returns the most memory in use at any sample, in bytes, and how many items there were
 */
async function read(operation, megabytes, every) {
  const query = [{ name: "megabytes" }];
  const { data } = await client[call]({ ...operation, query }, { query: { megabytes }, stream: true });
  let items = 0;
  let most = 0;
  for await (const _ of data) {
    items++;
    if (items % every === 0) most = Math.max(most, readMemory().used);
  }
  return { items, most };
}

const CHUNK_BYTES = 65_536;

/** Sends chunks to an operation, each of its own; likewise. */
async function send(operation, megabytes, every) {
  const items = Math.round((megabytes * 1e6) / CHUNK_BYTES);
  let most = 0;
  async function* body() {
    for (let item = 1; item <= items; item++) {
      if (item % every === 0) most = Math.max(most, readMemory().used);
      yield Buffer.alloc(CHUNK_BYTES, "x");
    }
  }
  const { ok } = await client[call](operation, { body });
  if (!ok) throw new Error("the upload was refused");
  return { items, most };
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(2);

printHeading(`Streams of ${SHORT} and ${LONG} MB, read or written as they go; MB after collection`);
const rows = [];
let most = 0;
const streams = Object.entries(operations).map(([name, operation]) => [name, operation, read]);
streams.push(["bytes, as an upload", upload, send]);
for (const [name, operation, transfer] of streams) {
  await transfer(operation, SHORT, 100_000); // So that all is compiled and loaded that will be.
  const start = performance.now();
  const { items } = await transfer(operation, SHORT, Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - start) / 1000;
  const short = await transfer(operation, SHORT, Math.floor(items / SAMPLES));
  const long = await transfer(operation, LONG, Math.floor((items * LONG) / SHORT / SAMPLES));
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
  most = Math.max(most, growth);
}
await report({
  title: "Streams, read or written as they go",
  titles: ["stream of", "items", "MB a second", `MB in use, of ${SHORT} MB`, `of ${LONG} MB`, "growth"],
  rows,
  note: "MB in use: heap and external memory once collection finds nothing more.",
  targets: [
    {
      text: `at most ${megabytes(MOST_GROWTH_BYTES)} MB more for the long stream than for the short one`,
      isMet: most <= MOST_GROWTH_BYTES,
    },
  ],
});
await tokens.close();
server.disconnect();
