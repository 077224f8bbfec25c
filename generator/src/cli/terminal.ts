import { isAbsolute, relative } from "node:path";
import { styleText } from "node:util";
import { type Diagnostic, formatDiagnostic, withPaths } from "../errors.ts";

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
  for (const diagnostic of diagnostics) console.error(formatDiagnostic(withPaths(diagnostic, place)));
}

/** As it is named from here; a URL as it is. */
export function place(path: string): string {
  return isAbsolute(path) ? relative(process.cwd(), path) || "." : path;
}
