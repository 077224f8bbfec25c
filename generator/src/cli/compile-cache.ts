import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../cache-folder.ts";

/**
 * Lets Node.js keep what V8 makes of the compilers' code: loading them is most of a run with a small document.
 * Not where it would by default: a folder for temporary files may be anybody's.
 */
export function keepCompiled(): void {
  const folder = cacheFolder(process.cwd());
  if (folder !== undefined) enableCompileCache(join(folder, "compiled"));
}
