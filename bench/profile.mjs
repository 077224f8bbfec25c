// Where the time of a call goes: profile.mjs ROW [FORM] [--heap]. See README.md.
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { drive } from "./calls/measure.mjs";
import { rows } from "./calls/rows.mjs";
import { printHeading, report } from "./report.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** What allocates, not what takes time. */
    heap: { type: "boolean", default: false },
    top: { type: "string", default: "10" },
  },
});
const [row = "get", form = Object.keys(rows[row].forms).at(-1)] = positionals;
const { calls, connections, forms } = rows[row];
const root = fileURLToPath(new URL("../", import.meta.url));

const api = await openApi();
const call = await forms[form]({ ...api, connections });
await drive(call, { calls, atOnce: connections });
const session = new Session();
session.connect();
const share = values.heap ? await sampleHeap() : await sampleTime();
printHeading(
  `${rows[row].title}, ${form}: ${values.heap ? "bytes allocated" : "time"} of ${calls * 4} calls`,
);
const places = Object.entries(share).sort(([, a], [, b]) => b - a);
const total = places.reduce((sum, [, size]) => sum + size, 0);
await report({
  title: values.heap ? "What allocates" : "What takes time",
  titles: ["", "%"],
  rows: places
    .slice(0, Number(values.top))
    .map(([place, size]) => [place, ((size / total) * 100).toFixed(1)]),
});
process.exit();

async function sampleTime() {
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  await drive(call, { calls: calls * 4, atOnce: connections });
  const { profile } = await session.post("Profiler.stop");
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const share = {};
  profile.samples.forEach((id, index) => {
    const place = places.get(id);
    if (!/^\(idle\)|^post node:inspector/.test(place))
      share[place] = (share[place] ?? 0) + profile.timeDeltas[index];
  });
  return share;
}

async function sampleHeap() {
  const options = {
    samplingInterval: 4096,
    includeObjectsCollectedByMinorGC: true,
    includeObjectsCollectedByMajorGC: true,
  };
  await session.post("HeapProfiler.startSampling", options);
  await drive(call, { calls: calls * 4, atOnce: connections });
  const { profile } = await session.post("HeapProfiler.stopSampling");
  const share = {};
  const add = ({ callFrame, selfSize, children }) => {
    share[placeOf(callFrame)] = (share[placeOf(callFrame)] ?? 0) + selfSize;
    children.forEach(add);
  };
  add(profile.head);
  return share;
}

/** `findRequest runtime/dist/shared/token-manager.js:57` */
function placeOf({ functionName, url, lineNumber }) {
  const file = url
    .replace(/^file:\/\//, "")
    .replace(root, "")
    .replace(/^.*node_modules\//, "");
  return `${functionName || "(anonymous)"}${file && ` ${file}:${lineNumber + 1}`}`;
}
