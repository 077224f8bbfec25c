// What importing the runtime and a generated client costs a process that starts: imports.mjs [--rounds 21]. See README.md.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import ts from "typescript";
import { median, printHeading, report } from "./report.mjs";

/** Odd. */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "21" } } });
const rounds = Number(values.rounds);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const github = join(
  dirname(require.resolve("@octokit/openapi/package.json")),
  "generated/api.github.com.json",
);
const work = mkdtempSync(here("./work-"));

/** A client as an application has it once it is built: as JavaScript. */
function buildClient(name, spec) {
  const folder = join(work, name);
  const config = {
    output: "./generated",
    importExtension: "js",
    tokenClients: { "bench.client": { tokenEndpoint: "https://login.example.com/token" } },
    clients: { BenchClient: { spec, tokenClient: "bench.client" } },
  };
  mkdirSync(folder);
  writeFileSync(join(folder, "openapi-m2m.config.json"), JSON.stringify(config));
  execFileSync(process.execPath, [here("../generator/dist/cli.js"), "generate"], { cwd: folder });
  for (const path of readdirSync(folder, { recursive: true }).filter((path) => /(?<!\.d)\.ts$/.test(path))) {
    const { outputText } = ts.transpileModule(readFileSync(join(folder, path), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    });
    writeFileSync(join(folder, path.replace(/ts$/, "js")), outputText);
  }
  return join(folder, "generated/index.js");
}

/** Milliseconds that a new process takes to import it, and of its processor time. */
function measureImport(url) {
  const program = `const at = performance.now(); const cpu = process.cpuUsage(); await import(${JSON.stringify(url)});
    const ms = performance.now() - at; const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }))`;
  const args = ["--input-type=module", "--eval", program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: work, encoding: "utf8" }));
}

try {
  const undici = createRequire(import.meta.resolve("@openapi-m2m/runtime")).resolve("undici");
  const modules = {
    "undici alone": undici,
    "the runtime and a client of 6 operations": buildClient("small", here("./calls/items.yaml")),
    "the runtime and GitHub's client, 1,225 operations": buildClient("github", github),
  };
  const [base, small, large] = Object.keys(modules);
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const figures = {};
    for (const [name, path] of Object.entries(modules))
      figures[name] = measureImport(pathToFileURL(path).href);
    if (round > 0) measured.push(figures);
  }
  const medianOf = (name, key) => median(measured.map((figures) => figures[name][key]));
  const moreOf = (name) => median(measured.map((figures) => figures[name].ms - figures[base].ms));
  printHeading("Importing");
  await report({
    title: "Importing",
    titles: ["", "ms", "processor ms", "more than undici, ms"],
    rows: Object.keys(modules).map((name) => [
      name,
      medianOf(name, "ms").toFixed(1),
      medianOf(name, "cpuMs").toFixed(1),
      moreOf(name).toFixed(1),
    ]),
    note: `In new processes, without a compile cache. Medians of ${rounds} rounds, differences within them.`,
    targets: [
      { text: `${small}: at most 15 ms more than undici`, isMet: moreOf(small) <= 15 },
      { text: `${large}: at most 40 ms more than undici`, isMet: moreOf(large) <= 40 },
    ],
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
