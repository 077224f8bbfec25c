// Whether compilers take what was generated, as users set them: npm run compilers
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callableOperations, ourCalls } from "./generator/calls.mjs";
import { runOurs, versionOf } from "./generator/generators.mjs";
import { printHeading, report } from "./report.mjs";

/** The oldest that will do, and what is in use. */
const COMPILERS = ["typescript-5.4", "typescript", "typescript-7"];

/** What makes compilers complain of more, libraries included; those that all of them know. */
const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  noEmit: true,
  target: "es2022",
  lib: ["es2022"],
  types: ["node"],
  typeRoots: [fromRoot("node_modules/@types")],
  module: "nodenext",
};

const SETTINGS = {
  nodenext: {},
  node20: { module: "node20" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
  preserve: { module: "preserve" },
  isolatedDeclarations: { declaration: true, isolatedDeclarations: true },
  erasableSyntaxOnly: { erasableSyntaxOnly: true },
  es2024: { target: "es2024", lib: ["es2024"] },
  "es2022 with the DOM": { lib: ["es2022", "dom", "dom.iterable"] },
  "not strict": { strict: false, exactOptionalPropertyTypes: false, skipLibCheck: true },
};

printHeading(
  "Generated code under compilers and their settings: this repository's, and GitHub's with 100 calls",
);
const work = mkdtempSync(fileURLToPath(new URL("./work-", import.meta.url)));
try {
  const files = [
    fromRoot("generated/index.ts"),
    fromRoot("test/types/schemas/generated/index.ts"),
    fromRoot("examples/typed-client.ts"),
    writeCalls(),
  ];
  const rows = Object.entries(SETTINGS).map(([name, settings]) => [
    name,
    ...COMPILERS.map((compiler) => check(compiler, { ...STRICTEST, ...settings }, files)),
  ]);
  const titles = ["", ...COMPILERS.map((compiler) => `TypeScript ${versionOf(compiler)}`)];
  await report({
    title: "Compilers and their settings",
    titles,
    rows,
    note: "This repository's generated clients and GitHub's with a hundred calls, libraries checked too. A dash: a setting that the compiler does not know.",
    targets: [{ text: "no errors", isMet: !rows.flat().some((cell) => cell.endsWith("errors")) }],
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}

function fromRoot(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function writeCalls() {
  const github = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  runOurs([github], work);
  const file = join(work, "calls.ts");
  const calls = ourCalls(callableOperations(github, 100), "./ours/bench/index.ts");
  writeFileSync(file, `${calls}export {};\n`);
  return file;
}

/** @returns "clean", how many errors there are, or "-" of a setting that the compiler does not know */
function check(compiler, compilerOptions, files) {
  const tsconfig = join(work, "tsconfig.json");
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files }));
  const tsc = fileURLToPath(new URL(`./node_modules/${compiler}/bin/tsc`, import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", tsconfig], { encoding: "utf8" });
  if (/error TS(5023|6046):/.test(stdout)) return "-";
  const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
  for (const error of errors.slice(0, 3)) console.log(error);
  return status === 0 ? "clean" : `${errors.length} errors`;
}
