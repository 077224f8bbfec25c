import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Where what a run leaves for later ones is: in the nearest `node_modules` above a folder, which is neither committed
 * nor published.
 *
 * @returns undefined where there is none
 */
export function cacheFolder(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) return join(modules, ".cache", "openapi-m2m");
    if (folder === dirname(folder)) return undefined;
  }
}
