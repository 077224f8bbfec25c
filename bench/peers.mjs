// What the same call costs with other libraries: peers.mjs [--only ky] [--rounds 5]. See README.md.
import { parseArgs } from "node:util";
import { openApi } from "./calls/api.mjs";
import { compare } from "./calls/compare.mjs";
import { peerRows } from "./calls/rows.mjs";
import { drawBars } from "./picture.mjs";
import { formatCount, formatTime, printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    /** Those whose name has that. */
    only: { type: "string", default: "" },
    /** An odd number. */
    rounds: { type: "string", default: "5" },
  },
});

const api = await openApi();
printHeading("One call, by many libraries");
const results = [];
for (const [name, row] of Object.entries(peerRows).filter(([name]) => name.includes(values.only))) {
  const result = await compare({ name, ...row }, api, { rounds: Number(values.rounds), share: 1 });
  console.log(`${name}: ${result.ratio.toFixed(2)}`);
  results.push(result);
}
console.log();
results.sort((a, b) => a.ratio - b.ratio);
const bars = results.map(({ title, ratio }) => ({
  label: title,
  value: ratio,
  isOurs: title.startsWith("openapi-m2m"),
}));
await report({
  title: "The same GET, by other libraries",
  titles: ["", "undici.request", "processor time", "calls a second", "ratio"],
  rows: results.map(({ title, base, microseconds, rate, ratio }) => [
    title,
    formatTime(base),
    formatTime(microseconds),
    formatCount(rate),
    ratio.toFixed(2),
  ]),
  note: `An authenticated GET of 500 bytes of JSON on loopback, 50 calls at a time, each library in a process of its own in turns with undici.request and a static header, which is 1. Each sends as it does by default: openid-client, oauth2-client, the SDK of @hey-api/openapi-ts, openapi-fetch and ky by the fetch of Node.js, which is of undici ${process.versions.undici}, axios by \`node:http\`. Medians of ${values.rounds} rounds, ratios within them.`,
  picture: {
    name: "benchmarks-calls.svg",
    svg: drawBars({
      title: "Processor time of one authenticated call",
      description: "Bars: how much each library takes of what undici.request with a static header takes.",
      axis: "of undici.request with a static header, written by hand, which is 1",
      bars,
      mark: 1,
    }),
  },
});
