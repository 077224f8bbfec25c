import { isAbsolute, relative } from "node:path";
import { styleText } from "node:util";
import { type Diagnostic, withPaths } from "../errors.ts";
import { formatDiagnostics } from "../format-diagnostics.ts";

/** Says on the standard output what a command is for. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Colours text for the standard output, where that shows colours and `NO_COLOR` is not set. */
export function paint(colour: "red" | "green" | "yellow", text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** Says on the standard error what is to be mended, or known. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.map((diagnostic) => withPaths(diagnostic, place));
  const { columns: width } = process.stderr;
  const color = showsColors(process.stderr);
  const seeAll = "openapi-m2m generate --json lists all";
  process.stderr.write(formatDiagnostics(shown, { color, seeAll, ...(width !== undefined && { width }) }));
}

/** As NO_COLOR, FORCE_COLOR and the terminal say; Node.js knows the rules of all three. */
function showsColors(stream: NodeJS.WriteStream): boolean {
  return styleText("bold", " ", { stream }) !== " ";
}

/** As it is named from here; a URL as it is. */
export function place(path: string): string {
  return isAbsolute(path) ? relative(process.cwd(), path) || "." : path;
}
