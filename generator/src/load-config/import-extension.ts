import { createRequire } from "node:module";
import { dirname } from "node:path";

/**
 * How imports end in the project that the output belongs to: `ts` when the nearest tsconfig.json above it
 * rewrites or allows such imports, `js` otherwise. Where there is none nothing compiles, so that Node runs the files
 * as they are: it finds only what an import names.
 *
 * @returns `consulted`: every file that was looked for, whether it is there or not
 */
export function defaultImportExtension(output: string): {
  extension: "js" | "ts";
  consulted: readonly string[];
} {
  // Here and not above: whoever says how imports end need not wait for it.
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const consulted = new Set<string>();
  const noted =
    <Answer>(ask: (path: string) => Answer) =>
    (path: string) => {
      consulted.add(path);
      return ask(path);
    };
  const fileExists = noted(ts.sys.fileExists);
  const readFile = noted(ts.sys.readFile);
  const file = ts.findConfigFile(output, fileExists);
  if (file === undefined) return { extension: "ts", consulted: [...consulted] };
  // Only the options count; without a file list nothing is searched.
  const json = ts.readConfigFile(file, readFile).config ?? {};
  const host = { ...ts.sys, fileExists, readFile, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent({ ...json, files: [], include: [] }, host, dirname(file));
  const isTs = options.rewriteRelativeImportExtensions || options.allowImportingTsExtensions;
  return { extension: isTs ? "ts" : "js", consulted: [...consulted] };
}
