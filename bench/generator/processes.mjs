import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../report.mjs";

const PRELOAD = new URL("./usage.mjs", import.meta.url).href;

/**
 * Runs a Node.js program to its end.
 *
 * @param options.isAlone - whether it is told that there is one processor only, so that it starts no further threads
 * @returns wall and processor time in ms, peak memory in MB, what it printed; undefined instead if it failed
 */
export function runNode(args, cwd, { isAlone = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-usage-"));
  const env = { ...process.env, USAGE_FOLDER: folder, NODE_OPTIONS: `--import=${PRELOAD}`, CI: "1" };
  if (isAlone) env.USAGE_ALONE = "1";
  try {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const wallMs = performance.now() - start;
    if (status !== 0) {
      console.error(`failed: ${args.join(" ")}\n${stderr.slice(-1000)}${stdout.slice(-500)}`);
      return undefined;
    }
    return { wallMs, ...usageIn(folder), stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of all processes together; the peak is that of the largest. */
function usageIn(folder) {
  const usages = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  return {
    cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    maxRSS: Math.max(...usages.map(({ maxRSS }) => maxRSS)),
  };
}

/**
 * Gives each of several programs its turn in each round, so that what else the machine does disturbs all alike.
 *
 * @param programs - name to a function that runs it once and returns numbers, or undefined when it failed
 * @returns name to the median of each number; undefined for one that failed
 */
export function inRounds(programs, rounds) {
  const taken = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(programs)) {
      const failed = taken[name].includes(undefined);
      if (!failed) taken[name].push(run());
    }
  }
  return Object.fromEntries(Object.entries(taken).map(([name, values]) => [name, medians(values)]));
}

function medians(values) {
  if (values.includes(undefined)) return undefined;
  const numbers = Object.keys(values[0]).filter((key) => typeof values[0][key] === "number");
  return Object.fromEntries(numbers.map((key) => [key, median(values.map((value) => value[key]))]));
}
