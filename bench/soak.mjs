// Whether millions of calls leave anything behind: soak.mjs [--calls 10000000]. See README.md.
import { once } from "node:events";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { readMemory } from "./memory.mjs";
import { formatCount, printHeading, report } from "./report.mjs";
import { openSoakClient } from "./soak/client.mjs";

const { values } = parseArgs({ options: { calls: { type: "string", default: "10000000" } } });
const CONNECTIONS = 50;
const STEPS = 10;
const callsPerStep = Math.round(Number(values.calls) / STEPS);
/** Of each call that goes wrong: a tenth of what one keeps while it is under way. */
const MOST_BYTES_A_FAULT = 400;

/** An address where nobody listens. */
async function findRefusingUrl() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  server.close();
  await once(server, "close");
  return url;
}

const api = await openApi();
const client = await openSoakClient({
  ...api,
  connections: CONNECTIONS,
  refusingUrl: await findRefusingUrl(),
});
const counts = {};

/** Most calls succeed; in every 100 there is one of each kind that does not, but of the slow ones in every 2000. */
function chooseCall(index) {
  const names = Object.keys(client.faults);
  const name = names[index % 100];
  if (name === undefined || (name.startsWith("late") && index % 2000 >= 100)) return ["answered", client.get];
  return [name, client.faults[name]];
}

async function callOnce(index) {
  const [name, call] = chooseCall(index);
  const outcome = await call();
  if (outcome !== name) throw new Error(`a call that was to be ${name} was ${outcome}`);
  counts[name] = (counts[name] ?? 0) + 1;
}

async function step() {
  let begun = 0;
  const work = async () => {
    while (begun < callsPerStep) await callOnce(begun++);
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / callsPerStep;
}

printHeading(`${formatCount(callsPerStep * STEPS)} calls`);
const rows = [];
const memory = [];
for (let done = 1; done <= STEPS; done++) {
  const microseconds = await step();
  memory.push(readMemory());
  const { used, rss } = memory.at(-1);
  rows.push([
    formatCount(done * callsPerStep),
    (used / 1e6).toFixed(2),
    (rss / 1e6).toFixed(0),
    microseconds.toFixed(1),
    String(client.countListeners()),
  ]);
  console.log(rows.at(-1).join("  "));
}
await client.close();
// What holds a process open, but for its standard streams and what bench.mjs listens to.
const handles = process.getActiveResourcesInfo().filter((name) => !/TTY|Pipe|FSReqCallback/.test(name));
/** A process takes what its first calls need, and what the collector finds worth having. */
const early = callsPerStep >= 1_000_000 ? 0 : 1;
const faults = Object.entries(counts).reduce(
  (sum, [name, count]) => sum + (name === "answered" ? 0 : count),
  0,
);
const growth = memory.at(-1).used - memory[0].used;
const listeners = client.countListeners();
console.log(`\n${Object.entries(counts).map(([name, count]) => `${formatCount(count)} ${name}`)}`);
await report({
  title: "A soak",
  titles: ["calls", "MB in use", "MB resident", "µs of processor time", "listeners of the signal"],
  rows,
  note: `All calls share one \`signal\`. In every hundred there is one each that is given up by a signal of its own, times out, is refused a connection, has its token rejected and is sent again, and whose stream is left unread. MB in use: heap and external memory once collection finds nothing more. Once all is closed, ${handles.length === 0 ? "no handle is" : `these handles are ${handles}`} left.`,
  targets: [
    {
      text: `resident memory flat after ${formatCount((early + 1) * callsPerStep)} calls, but for 10 %`,
      isMet: memory.at(-1).rss <= memory[early].rss * 1.1,
    },
    {
      text: `memory in use flat after the first tenth: no call that goes wrong leaves ${MOST_BYTES_A_FAULT} bytes`,
      isMet: growth / (faults * 0.9) < MOST_BYTES_A_FAULT,
    },
    { text: "no handle is left open", isMet: handles.length === 0 },
    { text: "no listener is left on the signal", isMet: listeners === 0 },
  ],
});
