// What it costs that calls can be watched: while nobody does, and with metrics and spans. See README.md.

import * as runtime from "@openapi-m2m/runtime";
import * as codegen from "@openapi-m2m/runtime/codegen/v1";
import { instrumentTokens } from "@openapi-m2m/runtime/opentelemetry";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { median, printHeading, report } from "./report.mjs";
import { importWithoutChannels } from "./telemetry/without-channels.mjs";
import { startTokenEndpoint } from "./token-endpoint.mjs";

const ROUNDS = 21;
/** Processor time of one form in one round. */
const TURN_MS = 60;
/** What two equal rows differ by on a machine that does other things too. */
const NOISE = 1.05;

const headers = { "content-type": "application/json" };
const body = Buffer.from('{"ok":true}');
const controller = { aborted: false, paused: false, abort() {}, pause() {}, resume() {} };

/** Answers at once, without a network: what is left is what a call costs by itself. */
const dispatcher = {
  dispatch(_, handler) {
    handler.onRequestStart(controller, {});
    handler.onResponseStart(controller, 200, headers);
    handler.onResponseData(controller, body);
    handler.onResponseEnd(controller, {});
    return true;
  },
};

const operation = {
  method: "GET",
  path: ["/items/", { name: "id" }],
  responses: { 200: ["application/json"] },
  scopes: ["items:read"],
};
const input = { path: { id: "42" } };

/** A cached token by hand, and a generated call with one. */
async function createForms({ createTokenManager, ApiClient, call }, endpoint) {
  class BenchClient extends ApiClient {
    constructor(options) {
      super({ name: "BenchClient", tokenClient: "a", baseUrl: "https://api.example" }, options);
    }
  }
  const tokens = createTokenManager({ clients: { a: { tokenEndpoint: endpoint.url, clientId: "bench" } } });
  const client = new BenchClient({ tokens, dispatcher });
  await tokens.getAccessToken("a");
  return {
    tokens,
    "cached token": () => tokens.getAccessToken("a"),
    "generated call": () => client[call](operation, input),
  };
}

/** Exported, so that no call can be optimised away. */
export let last;

/** Nanoseconds of processor time of the whole process that one call takes. */
async function measure(form) {
  const before = process.cpuUsage();
  let calls = 0;
  let microseconds = 0;
  while (microseconds < TURN_MS * 1000) {
    for (let i = 0; i < 2_000; i++) last = await form();
    calls += 2_000;
    const { user, system } = process.cpuUsage(before);
    microseconds = user + system;
  }
  return (microseconds * 1000) / calls;
}

/**
 * Each form has its turn in each round, another one first each time, so that what else the machine does hits all.
 *
 * @param forms - name, work, and what is to be so meanwhile: it returns what ends that
 */
async function measureRounds(forms) {
  const rounds = [];
  // The first three are to warm up.
  for (let round = -3; round < ROUNDS; round++) {
    const shift = (round + 3) % forms.length;
    const figures = {};
    for (const [name, work, begin] of [...forms.slice(shift), ...forms.slice(0, shift)]) {
      const end = begin?.();
      figures[name] = await measure(work);
      await end?.();
    }
    if (round >= 0) rounds.push(figures);
  }
  return rounds;
}

const medianOf = (rounds, name) => median(rounds.map((figures) => figures[name]));
const ratioOf = (rounds, name, floor) => median(rounds.map((figures) => figures[name] / figures[floor]));

function rowsOf(rounds, names) {
  return names.map((name) => [
    name,
    medianOf(rounds, name).toFixed(0),
    ratioOf(rounds, name, names[0]).toFixed(3),
  ]);
}

const titles = ["", "ns of processor time", "ratio"];

class PullReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const reader = new PullReader();
const meterProvider = new MeterProvider({ readers: [reader] });
const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const recordedNames = new Set();

/** Records, until what it returns is called: that looks at what was recorded, as a reader does every minute. */
function record() {
  const instrumentation = instrumentTokens({ meterProvider, tracerProvider });
  return async () => {
    const { resourceMetrics } = await reader.collect();
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const { descriptor } of metrics) recordedNames.add(descriptor.name);
    }
    instrumentation.stop();
  };
}

await using endpoint = await startTokenEndpoint();
const copies = [await importWithoutChannels(), await importWithoutChannels()];
const bare = await createForms(copies[0], endpoint);
const again = await createForms(copies[1], endpoint);
const watched = await createForms({ ...runtime, ...codegen }, endpoint);

const [floor, noise, silent, recorded] = [
  "without channels",
  "without channels, a second copy",
  "with channels, nobody listens",
  "with metrics and spans",
];
printHeading(`A call that can be watched: median of ${ROUNDS} rounds of ${TURN_MS} ms of processor time`);
for (const what of ["cached token", "generated call"]) {
  // Before anybody listens for the first time: in most processes nobody ever does.
  const rounds = await measureRounds([
    [floor, bare[what]],
    [noise, again[what]],
    [silent, watched[what]],
  ]);
  await report({
    title: `Nobody listens: a ${what}`,
    titles,
    rows: rowsOf(rounds, [floor, noise, silent]),
    note: `Answered from memory. What the two copies differ by is what the machine does otherwise. Medians of ${ROUNDS} rounds, ratios within them.`,
    targets: [
      {
        text: `${what}: nothing is paid while nobody listens, but for ${NOISE}`,
        isMet: ratioOf(rounds, silent, floor) <= NOISE,
      },
    ],
  });
}
for (const what of ["cached token", "generated call"]) {
  const rounds = await measureRounds([
    [silent, watched[what]],
    [recorded, watched[what], record],
  ]);
  await report({ title: `OpenTelemetry: a ${what}`, titles, rows: rowsOf(rounds, [silent, recorded]) });
}

console.log(`recorded: ${[...recordedNames].join(", ")}`);
if (!recordedNames.has("openapi_m2m.token.cache.lookups")) process.exitCode = 1;
await Promise.all([bare, again, watched].map(({ tokens }) => tokens.close()));
for (const { remove } of copies) remove();
