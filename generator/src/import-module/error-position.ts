import { fileURLToPath } from "node:url";
import type { Position } from "../errors.ts";

/** How the stack of a syntax error begins: `file:///a.ts:2` or `/a.ts:2`, lines of that file, a mark below the last. */
const MARKED = /^((?:file:\/\/|\/|[a-z]:[\\/]).+):(\d+)\n(?:.+\n)*?([ \t]*)\^+\n/i;

/** `    at f (file:///a.ts:2:25)` */
const FRAME = /^ +at (?:.*\(|async )?((?:file:\/\/|\/|[a-z]:[\\/]).+):(\d+):(\d+)\)?$/i;

/**
 * Where an error that stopped a module from loading came about: in the module itself if any of it was running, else in
 * what it imports.
 *
 * @returns undefined when Node does not say
 */
export function positionOfError(error: unknown, module?: string): Position | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, file = "", line, indent = ""] = MARKED.exec(stack) ?? [];
  if (line !== undefined) return { file: toPath(file), line: Number(line), column: indent.length + 1 };
  const frames = framesOf(stack);
  const isUsers = ({ file }: Position) => !/[\\/]node_modules[\\/]/.test(file);
  return frames.find((frame) => frame.file === module) ?? frames.find(isUsers) ?? frames[0];
}

/** Those of the user's code; below it in a stack are the generator and whoever called it. */
function framesOf(stack: string): Position[] {
  const frames = stack.split("\n").flatMap((text): Position[] => {
    const [, file = "", line, column] = FRAME.exec(text) ?? [];
    return line === undefined ? [] : [{ file: toPath(file), line: Number(line), column: Number(column) }];
  });
  const ownFolder = fileURLToPath(new URL("..", import.meta.url));
  const end = frames.findIndex(({ file }) => file.startsWith(ownFolder));
  return end === -1 ? frames : frames.slice(0, end);
}

function toPath(file: string): string {
  return URL.canParse(file) && file.startsWith("file:") ? fileURLToPath(file) : file;
}
