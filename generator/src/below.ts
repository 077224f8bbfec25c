import { isAbsolute, relative, sep } from "node:path";

/** Whether a path is a folder or in it; both absolute, and real where symbolic links matter. */
export function isBelow(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps !== ".." && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}
