import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNode } from "./processes.mjs";

const script = (name) => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** As users set them; libraries are not checked. */
export const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  target: "es2024",
  lib: ["es2024", "dom", "dom.iterable", "esnext.disposable"],
  module: "nodenext",
  exactOptionalPropertyTypes: false,
  skipLibCheck: true,
  types: [],
  allowImportingTsExtensions: true,
};

/** A project of one file and what it imports. `loose`: for output that imports without endings. */
export function writeProject(file, { loose = false } = {}) {
  const compilerOptions = loose
    ? { ...COMPILER_OPTIONS, module: "esnext", moduleResolution: "bundler" }
    : COMPILER_OPTIONS;
  const path = `${file}.tsconfig.json`;
  writeFileSync(path, JSON.stringify({ compilerOptions, files: [basename(file)] }));
  return path;
}

/** What checking a project takes: time in ms, instantiations, errors. */
export function checkTypes(tsconfig) {
  const run = runNode([script("check-types.mjs"), tsconfig], join(tsconfig, ".."));
  return run && JSON.parse(run.stdout);
}

/** How long an editor waits for the names at a cursor, in ms. */
export function complete(file) {
  const run = runNode([script("complete.mjs"), file], join(file, ".."));
  return run && JSON.parse(run.stdout);
}
