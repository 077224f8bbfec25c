import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildModel } from "../../generator/src/build-model.ts";
import { emitClient, emitIndex } from "../../generator/src/emit-client.ts";
import { emitSchema } from "../../generator/src/emit-schema.ts";
import { loadSpec } from "../../generator/src/load-spec.ts";
import type { ApiModel, ClientTarget, OutputFile } from "../../generator/src/model.ts";
import { resolveMapping } from "../../generator/src/resolve-mapping.ts";
import { verifyOutput } from "../../generator/src/verify-output.ts";
import { configOf, targetOf } from "./documents.ts";

export interface Emitted {
  readonly files: readonly OutputFile[];
  readonly model: ApiModel;
}

/** What is generated of a document, all of it in memory; `spec` is the path of the document. */
export async function emitted(spec: string, rest: Partial<ClientTarget> = {}): Promise<Emitted> {
  const config = configOf();
  const { specs } = resolveMapping(config, [await loadSpec(targetOf(spec, rest))]);
  const [authorized] = specs;
  if (authorized === undefined) throw new Error("One document was to be resolved");
  const model = buildModel(authorized);
  const files = emitClient(model, emitSchema(authorized, model), config);
  return { files: verifyOutput([...files, ...emitIndex(config, [model])]), model };
}

const source = (path: string) => new URL(`../../${path}`, import.meta.url);

/** Stands where generated code finds the runtime, in a process that has nothing else of this one. */
const HOOKS = `
import { registerHooks } from "node:module";
const runtime = ${JSON.stringify(source("runtime/src/codegen/v1.ts").href)};
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "@openapi-m2m/runtime/codegen/v1" ? { url: runtime, shortCircuit: true } : next(specifier, context),
});
`;

/**
 * Imports modules one after the other in a process of its own, where `evil` is a global function.
 *
 * @returns the paths of those that called it, or threw
 */
export function importAll(folder: string, paths: readonly string[]): string[] {
  const script = `${HOOKS}
const found = [];
let current = "";
globalThis.evil = () => found.push(current);
for (const path of ${JSON.stringify(paths)}) {
  current = path;
  try {
    await import(new URL(path, import.meta.url).href);
  } catch (error) {
    found.push(path + ": " + error);
  }
}
console.log(JSON.stringify(found));
`;
  writeFileSync(join(folder, "import-all.mts"), script);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const node = fileURLToPath(source("node_modules/.bin/node"));
  const output = execFileSync(node, ["--no-warnings", join(folder, "import-all.mts")], { encoding: "utf8" });
  return JSON.parse(output) as string[];
}
