import { isAbsolute, relative } from "node:path";
import { styleText } from "node:util";
import { type Diagnostic, reasonOf, withPaths } from "../errors.ts";
import { formatDiagnostics } from "../format-diagnostics.ts";
import { shownLocation } from "../shown-location.ts";
import { visible } from "../visible.ts";
import { ownOutput, writeAside, writeOwn } from "./own-output.ts";

/** Says on the standard output what a command is for. */
export function print(text: string): void {
  writeOwn(text);
}

/**
 * Goes on quietly when nobody reads on, as with `openapi-m2m report --format json | head`: the work is done all the same,
 * and the exit code is what came of it. Output that is lost otherwise is a failure.
 */
export function outliveReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    const message = `the standard output can't be written to: ${reasonOf(error)}`;
    printCommandError({ message, fix: "send it elsewhere, or make room there" });
    // Whatever comes of the work.
    process.once("exit", () => {
      process.exitCode = 1;
    });
  });
  process.stderr.on("error", () => {}); // There is nowhere to say it.
}

/** Colours text for the standard output, where that shows colours and `NO_COLOR` is not set. */
export function paint(colour: "red" | "green" | "yellow" | "dim", text: string): string {
  return styleText(colour, text, { stream: ownOutput() });
}

/** Says on the standard error what is not what the command is for. */
export function printAside(text: string): void {
  writeAside(text);
}

/** Says on the standard error what is to be mended, or known. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.map((diagnostic) => withPaths(diagnostic, place));
  const { columns: width } = process.stderr;
  const color = showsColors(process.stderr);
  const seeAll = "openapi-m2m generate --json lists all";
  writeAside(formatDiagnostics(shown, { color, seeAll, ...(width !== undefined && { width }) }));
}

/** As NO_COLOR, FORCE_COLOR and the terminal say; Node.js knows the rules of all three. */
function showsColors(stream: NodeJS.WriteStream): boolean {
  return styleText("bold", " ", { stream }) !== " ";
}

/** Says on a terminal what is waited for, until it is there. */
export async function whileWaiting<Result>(text: string, work: () => Promise<Result>): Promise<Result> {
  const { isTTY } = process.stderr;
  if (isTTY) writeAside(text);
  try {
    return await work();
  } finally {
    if (isTTY) writeAside("\r\u001b[K");
  }
}

/** Says on the standard error why a command could not do its work, and how to mend it. */
export function printCommandError({
  message,
  details = [],
  fix,
}: {
  readonly message: string;
  readonly details?: readonly string[];
  readonly fix?: string | undefined;
}): void {
  const lines = [
    `openapi-m2m: ${visible(message)}`,
    ...details.map((detail) => `  ${visible(detail)}`),
    ...(fix === undefined ? [] : [`  fix: ${visible(fix)}`]),
  ];
  printAside(`${lines.join("\n")}\n`);
}

/** A path or URL as people may read it: as {@link fromHere} has it, and visible what otherwise would not be. */
export function place(location: string): string {
  return visible(fromHere(location));
}

/** A path or URL as programs may read it: a path as it is named from here, a URL without what may be secret. */
export function fromHere(location: string): string {
  return isAbsolute(location) ? relative(process.cwd(), location) || "." : shownLocation(location);
}
