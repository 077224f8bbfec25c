// Measures all, and writes docs/benchmarks.md and its pictures: npm run bench -- [--full | --short] [--only calls,peers].
// See README.md.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildPage, readParts } from "./page.mjs";

/** In the order of the page. */
const PROGRAMS = [
  { name: "calls", short: ["--short"], full: ["--rounds", "3", "--processes", "3"] },
  { name: "peers" },
  { name: "latency" },
  { name: "growth" },
  { name: "imports" },
  { name: "telemetry" },
  { name: "streams" },
  { name: "soak", isLong: true, short: ["--calls", "1000000"] },
  { name: "tokens" },
  { name: "tenants", isLong: true },
  { name: "dpop-proof" },
  { name: "scopes" },
  { name: "fleet" },
  { name: "generator", full: ["--full"] },
  { name: "documents", isLong: true },
  { name: "compilers", isLong: true },
];
const docs = (name) => new URL(`../docs/${name}`, import.meta.url);

const { values } = parseArgs({
  options: {
    /** What takes long, too: the soak, the slowest peers, hundreds of documents. */
    full: { type: "boolean", default: false },
    /** What tells in minutes whether a change made calls dearer or has them leave something behind; writes nothing. */
    short: { type: "boolean", default: false },
    /** The rest of the page stays as it is. */
    only: { type: "string" },
  },
});
const only = values.only?.split(",");
const form = values.short ? "short" : values.full ? "full" : "usual";
const unknown = only?.find((name) => PROGRAMS.every((program) => program.name !== name));
if (unknown !== undefined) throw new Error(`--only: there is no ${unknown}`);
const chosen = PROGRAMS.filter((program) => {
  if (only !== undefined) return only.includes(program.name);
  return form === "short" ? program.short !== undefined : form === "full" || !program.isLong;
});

async function run({ name, [form]: given = [] }) {
  const startedAt = performance.now();
  const child = fork(new URL(`./${name}.mjs`, import.meta.url), given, { execArgv: ["--expose-gc"] });
  const sections = [];
  child.on("message", (section) => sections.push(section));
  const [code] = await once(child, "close");
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  return { name, given, date, seconds, sections, ...judge(code, sections) };
}

/** A program that misses a target has something for the page; one that breaks off has not. */
function judge(code, sections) {
  const missed = sections.some(({ targets }) => targets.some(({ isMet }) => !isMet));
  return { code, isWhole: code === 0 || missed };
}

function writePage() {
  const parts = readParts(readFileSync(docs("benchmarks.md"), "utf8"));
  const whole = results.filter(({ isWhole }) => isWhole);
  for (const result of whole) parts.set(result.name, result);
  const order = PROGRAMS.map(({ name }) => name).filter((name) => parts.has(name));
  writeFileSync(docs("benchmarks.md"), buildPage(order.map((name) => parts.get(name))));
  for (const { picture } of whole.flatMap(({ sections }) => sections)) {
    if (picture !== undefined) writeFileSync(docs(picture.name), picture.svg);
  }
}

const results = [];
for (const [index, program] of chosen.entries()) {
  console.log(`=== ${program.name} (${index + 1} of ${chosen.length})\n`);
  const result = await run(program);
  console.log(`=== ${program.name}: exit ${result.code} after ${result.seconds} s\n`);
  results.push(result);
  if (form !== "short") writePage();
}
const failed = results.filter(({ code }) => code !== 0).map(({ name }) => name);
if (failed.length > 0) {
  console.log(`missed its target or failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
