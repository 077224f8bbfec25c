// What a generated call costs by what goes with it: scopes of its operation, of the call, credentials. See README.md.
import { createTokenManager } from "@openapi-m2m/runtime";
import { ApiClient, call } from "@openapi-m2m/runtime/codegen/v1";
import { formatCount, formatTime, median, printHeading, report } from "./report.mjs";
import { startTokenEndpoint } from "./token-endpoint.mjs";

const ROUNDS = 9;
const CALLS = 20_000;
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

class BenchClient extends ApiClient {
  constructor(definition, options) {
    super(
      { name: "BenchClient", tokenClient: "bench.client", baseUrl: "https://api.example", ...definition },
      options,
    );
  }
}

await using endpoint = await startTokenEndpoint();
const definition = { tokenEndpoint: endpoint.url, clientId: "bench", scope: "items:read items:write" };
await using tokens = createTokenManager({ clients: { "bench.client": definition } });

const operation = {
  method: "GET",
  path: ["/items/", { name: "id" }],
  responses: { 200: ["application/json"] },
  scopes: ["items:read"],
};
const credentials = [{ scheme: "key", in: "header", name: "x-key" }];
const withKey = { ...operation, credentials: [["key"]] };
const path = { id: "42" };
const override = { path, token: { scope: "items:read" } };

const ofClient = new BenchClient({}, { tokens, dispatcher });
const ofOperation = new BenchClient({ scopes: "operation" }, { tokens, dispatcher });
const keyed = new BenchClient({ credentials }, { tokens, dispatcher, credentials: { key: "secret" } });

const [client, byOperation] = ["scopes of the client", 'scopes: "operation"'];
const forms = {
  [client]: () => ofClient[call](operation, { path }),
  [byOperation]: () => ofOperation[call](operation, { path }),
  "token: { scope } of the call": () => ofClient[call](operation, override),
  "with a credential": () => keyed[call](withKey, { path }),
};

async function measureMicroseconds(form) {
  const before = process.cpuUsage();
  for (let i = 0; i < CALLS; i++) await form();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

const rounds = [];
// The first is to warm up. Each form has its turn in each round, so that what else the machine does hits all of them.
for (let round = 0; round <= ROUNDS; round++) {
  const figures = {};
  for (const [name, form] of Object.entries(forms)) figures[name] = await measureMicroseconds(form);
  if (round > 0) rounds.push(figures);
}

const ratioOf = (name) => median(rounds.map((figures) => figures[name] / figures[client]));
printHeading(`A call without a network: median of ${ROUNDS} rounds of ${CALLS} calls`);
await report({
  title: "A call without its network",
  titles: ["", "processor time", "ratio"],
  rows: Object.keys(forms).map((name) => [
    name,
    formatTime(median(rounds.map((figures) => figures[name]))),
    ratioOf(name).toFixed(2),
  ]),
  note: `Answered from memory. Medians of ${ROUNDS} rounds of ${formatCount(CALLS)} calls, ratios within them.`,
  targets: [
    {
      text: `${byOperation} costs no more than ${client}, but for ${NOISE}`,
      isMet: ratioOf(byOperation) <= NOISE,
    },
  ],
});
