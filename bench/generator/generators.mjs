import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNode } from "./processes.mjs";

const installed = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const CLI = fileURLToPath(new URL("../../generator/dist/cli.js", import.meta.url));

/** The version of a package of the bench. */
export function versionOf(name) {
  return JSON.parse(readFileSync(installed(`${name}/package.json`), "utf8")).version;
}

/** The peers: how each is told to generate from a document, and the file that users import. */
const PEERS = {
  "openapi-typescript": {
    args: (spec, out) => [installed("openapi-typescript/bin/cli.js"), spec, "-o", join(out, "index.ts")],
  },
  "@hey-api/openapi-ts": {
    args: (spec, out) => [installed("@hey-api/openapi-ts/bin/run.js"), "-i", spec, "-o", out],
  },
  "swagger-typescript-api": {
    isHeavy: true,
    args: (spec, out) => [
      installed("swagger-typescript-api/dist/cli.mjs"),
      ...["generate", "-p", spec, "-o", out, "-n", "index.ts"],
    ],
  },
  orval: {
    isHeavy: true,
    args: (spec, out) => [
      installed("orval/dist/bin/orval.mjs"),
      ...["--input", spec, "--output", join(out, "index.ts"), "--client", "fetch"],
    ],
  },
};

/** Names of the peers; the heavy ones only when all are wanted. */
export function peers(full) {
  return Object.keys(PEERS).filter((name) => full || !PEERS[name].isHeavy);
}

/** Lets a peer generate into a folder of its own. */
export function runPeer(name, spec, folder) {
  const out = join(folder, name.replace(/\W+/g, "-"));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  return runNode(PEERS[name].args(spec, out), folder);
}

export function outputOf(name, folder) {
  return join(folder, name.replace(/\W+/g, "-"), "index.ts");
}

/**
 * Generates clients of our own, one a document, into `ours/` of a folder.
 *
 * @param options.isKnown - whether the run may rely on the last one
 * @param options.isAlone - on one thread, whatever there is to do
 */
export function runOurs(specs, folder, { isKnown = false, isAlone = false, output = "./ours" } = {}) {
  const tokenClients = { "bench.client": { issuer: "https://login.example.com" } };
  const clients = specs.map((spec, index) => [className(index), { spec, tokenClient: "bench.client" }]);
  const config = { output, importExtension: "ts", tokenClients, clients: Object.fromEntries(clients) };
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  writeFileSync(join(folder, "openapi-m2m.config.json"), JSON.stringify(config));
  if (!isKnown) rmSync(join(folder, "node_modules/.cache"), { recursive: true, force: true });
  return runNode([CLI, "generate"], folder, { isAlone });
}

/** `BenchClient`, then `BenchAClient`, `BenchBClient`, ... */
function className(index) {
  return index === 0 ? "BenchClient" : `Bench${String.fromCharCode(64 + index)}Client`;
}
