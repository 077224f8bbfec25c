#!/usr/bin/env node
import { readFileSync } from "node:fs";

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

const { version, engines }: Manifest = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);
/** `22.19`, of `>=22.19`. */
const oldest = engines.node.replace(/^\D+/, "");

if (process.versions.node.localeCompare(oldest, "en", { numeric: true }) < 0) {
  console.error(`openapi-m2m: needs Node.js ${oldest} or later; this is ${process.versions.node}`);
  process.exitCode = 1;
} else {
  // Only now: an older one would fail at something that it lacks, and not say why.
  const { runProgram } = await import("./cli/program.ts");
  await runProgram(process.argv.slice(2), version);
}
