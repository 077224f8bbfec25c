import { dirname } from "node:path";
import ts from "typescript";

/**
 * How imports end in the project that the output belongs to: `ts` when the nearest tsconfig.json above it
 * rewrites or allows such imports, `js` otherwise. Where there is none nothing compiles, so that Node runs the files
 * as they are: it finds only what an import names.
 */
export function defaultImportExtension(output: string): "js" | "ts" {
  const file = ts.findConfigFile(output, ts.sys.fileExists);
  if (file === undefined) return "ts";
  // Only the options count; without a file list nothing is searched.
  const json = ts.readConfigFile(file, ts.sys.readFile).config ?? {};
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent({ ...json, files: [], include: [] }, host, dirname(file));
  return options.rewriteRelativeImportExtensions || options.allowImportingTsExtensions ? "ts" : "js";
}
