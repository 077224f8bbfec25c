import { type Diagnostic, GeneratorError, withPaths } from "../errors.ts";
import { worstFirst } from "../format-diagnostics.ts";
import { CommandError } from "./command-error.ts";
import { place, print } from "./terminal.ts";

/** Prints JSON that is fit for a terminal too: what moves its cursor, or turns the direction of text, is escaped. */
export function printJson(value: object): void {
  const text = JSON.stringify(value, undefined, 2);
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  print(`${text.replaceAll(UNPRINTABLE, escaped)}\n`);
}

/** What JSON leaves as it is. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Prints why nothing came of a command; what is nobody's mistake it throws again. */
export function printFailureJson(error: unknown): void {
  if (error instanceof GeneratorError) {
    const { code, diagnostics } = error;
    printJson({ ok: false, code, diagnostics: worstFirst(diagnostics).map(diagnosticJson) });
  } else if (error instanceof CommandError) {
    const { code, message, fix } = error;
    printJson({ ok: false, code, message, fix });
  } else {
    throw error;
  }
}

/** With its paths relative to the working folder. */
export function diagnosticJson(diagnostic: Diagnostic): object {
  const { mentions: _, ...rest } = withPaths(diagnostic, place);
  return rest;
}
