import { describe, expect, test } from "vitest";
import {
  checkBarrels,
  checkCycles,
  checkFolders,
  checkGeneratedImports,
  checkGeneratorStages,
  checkGeneratorWithoutRuntime,
  checkLengths,
  checkNames,
  checkProcessAndConsole,
  checkRequestAndCache,
  checkRuntimeLayers,
  checkSideEffects,
  checkWriters,
  MAX_FILE_LINES,
  MAX_FUNCTION_LINES,
  readSources,
  type Sources,
  type Violations,
} from "./support/architecture.ts";

const packages = readSources("generator/src", "runtime/src");
const everything = new Map([...packages, ...readSources("generated")]);

const lines = (count: number) => "// line\n".repeat(count);

/** Longer than it should be, for a reason. */
const explained: Readonly<Record<string, string>> = {};

const unexplained = (sources: Sources) =>
  checkLengths(sources).filter((violation) => !Object.hasOwn(explained, violation.split(":")[0] ?? ""));

/** A rule, where it holds, and modules that break it: one entry is one violation. */
interface Rule {
  readonly name: string;
  readonly check: (sources: Sources) => Violations;
  readonly sources: Sources;
  readonly broken: readonly Record<string, string>[];
}

const rules: readonly Rule[] = [
  {
    name: "runtime modules are layers or leaves, and import only lower layers and leaves, leaves only leaves",
    check: checkRuntimeLayers,
    sources: packages,
    broken: [
      { "runtime/src/token-client.ts": 'import { x } from "./token-request.ts";' },
      { "runtime/src/token-source.ts": 'import { x } from "./authorization.ts";' },
      { "runtime/src/interceptor.ts": 'import { x } from "./authenticated-fetch.ts";' },
      { "runtime/src/errors.ts": 'import type { X } from "./token-client.ts";' },
      { "runtime/src/serialize/expansion.ts": 'import type { X } from "../token-client.ts";' },
      { "runtime/src/token-request/discovery.ts": 'import { x } from "../token-source.ts";' },
      { "runtime/src/token-client.ts": 'import { x } from "./token-request/discovery.ts";' },
      { "runtime/src/unlisted.ts": "" },
      { "runtime/src/unlisted/part.ts": "" },
      { "runtime/src/token-cache.ts": 'export { x } from "./token-source.ts";' },
      { "runtime/src/events.ts": 'const x = await import("./token-manager.ts");' },
      { "runtime/src/token-cache.ts": 'import { x } from "./index.ts";' },
    ],
  },
  {
    name: "token-request and token-cache never import each other",
    check: checkRequestAndCache,
    sources: packages,
    broken: [
      { "runtime/src/token-cache.ts": 'import { x } from "./token-request.ts";' },
      { "runtime/src/token-request.ts": 'import type { X } from "./token-cache.ts";' },
      { "runtime/src/token-request/discovery.ts": 'import type { X } from "../token-cache.ts";' },
      { "runtime/src/token-cache.ts": 'import type { X } from "./token-request/discovery.ts";' },
    ].map((files) => ({ "runtime/src/token-cache.ts": "", "runtime/src/token-request.ts": "", ...files })),
  },
  {
    name: "a generator stage imports no other stage",
    check: checkGeneratorStages,
    sources: packages,
    broken: [
      { "generator/src/build-model.ts": 'import { x } from "./load-spec.ts";' },
      { "generator/src/build-model/bodies.ts": 'import { x } from "../load-spec/findings.ts";' },
      { "generator/src/names.ts": 'import type { X } from "./build-model.ts";' },
      { "generator/src/emit-client.ts": 'import { x } from "./generate.ts";' },
    ],
  },
  {
    name: "the files of a folder are parts of the module of its name: none but that one imports them",
    check: checkFolders,
    sources: packages,
    broken: [
      { "generator/src/a.ts": "", "generator/src/a/b.ts": "", "generator/src/c.ts": 'import "./a/b.ts";' },
      {
        "generator/src/a/b.ts": "",
        "generator/src/a/b/c.ts": "",
        "generator/src/a/d.ts": 'import type { C } from "./b/c.ts";',
      },
    ],
  },
  {
    name: "the generator never imports the runtime",
    check: checkGeneratorWithoutRuntime,
    sources: packages,
    broken: [
      { "generator/src/emit-client.ts": 'import type { X } from "@openapi-m2m/runtime";' },
      { "generator/src/cli.ts": 'const x = await import("@openapi-m2m/runtime/codegen/v1");' },
      { "generator/src/names.ts": 'import { x } from "../../runtime/src/index.ts";' },
    ],
  },
  {
    name: "the command line is the only user of process and console",
    check: checkProcessAndConsole,
    sources: packages,
    broken: [
      { "generator/src/generate.ts": "export const f = () => process.cwd();" },
      { "generator/src/names.ts": "export const f = () => console.log(1);" },
      { "generator/src/names.ts": 'import { cwd } from "node:process";' },
    ],
  },
  {
    name: "write-files.ts is the only writer",
    check: checkWriters,
    sources: packages,
    broken: [
      { "generator/src/emit-client.ts": 'import { writeFileSync } from "node:fs";' },
      { "generator/src/load-spec/read-source.ts": 'import { readFile, rm } from "node:fs/promises";' },
      { "generator/src/load-config.ts": 'import fs from "node:fs";' },
    ],
  },
  {
    name: "generated code imports only the runtime's contract and its own files",
    check: checkGeneratedImports,
    sources: everything,
    broken: [
      { "generated/index.ts": 'export * from "../runtime/src/index.ts";' },
      { "generated/a/client.ts": 'import { x } from "@openapi-m2m/runtime";' },
      { "generated/a/client.ts": 'import { x } from "undici";' },
    ],
  },
  {
    name: "there are no import cycles, not even of types",
    check: checkCycles,
    sources: everything,
    broken: [
      {
        "runtime/src/a.ts": 'import type { B } from "./b.ts";',
        "runtime/src/b.ts": 'import { A } from "./a.ts";',
      },
      { "generated/a.ts": 'export * from "./b.js";', "generated/b.ts": 'export * from "./a.js";' },
      { "generator/src/a.ts": 'import "./a.ts";' },
    ],
  },
  {
    name: "no module is called utils, helpers, common, types or constants",
    check: checkNames,
    sources: packages,
    broken: ["utils", "helpers", "common", "types", "constants"].flatMap((name) => [
      { [`runtime/src/${name}.ts`]: "" },
      { [`generator/src/load-spec/${name}.ts`]: "" },
      { [`runtime/src/${name}/a.ts`]: "" },
    ]),
  },
  {
    name: "there are no barrels but index.ts and the versioned contract",
    check: checkBarrels,
    sources: everything,
    broken: [{ "runtime/src/tokens.ts": 'export * from "./a.ts";\nexport { b } from "./b.ts";' }],
  },
  {
    name: "importing a module runs nothing",
    check: checkSideEffects,
    sources: everything,
    broken: [
      "start();",
      'import "./polyfill.ts";',
      "export const a = start();",
      "export const a = { b: [start()] };",
      "export const a = new Server();",
      "export const a = await start();",
      "export class A { static { start(); } }",
      "export class A { static b = start(); }",
      "if (x) { y = 1; }",
      "export const a = (b = 1);",
    ].map((text) => ({ "runtime/src/a.ts": text })),
  },
  {
    name: `no file has more than ${MAX_FILE_LINES} lines and no function more than ${MAX_FUNCTION_LINES}`,
    check: unexplained,
    sources: packages,
    broken: [
      { "runtime/src/a.ts": lines(MAX_FILE_LINES + 1) },
      { "runtime/src/a.ts": `export function a() {\n${lines(MAX_FUNCTION_LINES)}}` },
      { "runtime/src/a.ts": `export const a = () => {\n${lines(MAX_FUNCTION_LINES)}};` },
    ],
  },
];

describe.each(rules)("$name", ({ check, sources, broken }) => {
  test("holds", () => {
    expect(check(sources)).toEqual([]);
  });

  test.each(broken)("is broken by %j", (files) => {
    expect(check(new Map(Object.entries(files)))).toHaveLength(1);
  });
});

describe("what the rules let pass", () => {
  test.each([
    "export const a = new Map([[1, 'b']]);",
    'export const a = "b c".split(" ").map((x) => x);',
    "export const a = /* @__PURE__ */ bind({});",
    "export const a = () => start();",
    "export class A { b = start(); static c = 1; }",
    "let read; export class A { #b; static { read = (a) => a.#b; } }",
    'export const a = Symbol("a");',
  ])("at import: %s", (text) => {
    expect(checkSideEffects(new Map([["runtime/src/a.ts", text]]))).toEqual([]);
  });

  test("at import: anything that a declaration file says", () => {
    const text = 'declare module "a" { export { b } from "c"; }';
    expect(checkSideEffects(new Map([["generator/src/a.d.ts", text]]))).toEqual([]);
  });

  test("files of a module's own folder", () => {
    const sources = new Map([
      ["runtime/src/token-request.ts", 'import { x } from "./token-request/discovery.ts";'],
      ["runtime/src/token-request/discovery.ts", 'import { x } from "./server-answer.ts";'],
      ["runtime/src/token-request/server-answer.ts", ""],
    ]);
    expect([...checkRuntimeLayers(sources), ...checkRequestAndCache(sources)]).toEqual([]);
  });

  test("types of the same layer", () => {
    const sources = new Map([["runtime/src/api-client.ts", 'import type { X } from "./token-manager.ts";']]);
    expect(checkRuntimeLayers(sources)).toEqual([]);
  });
});
