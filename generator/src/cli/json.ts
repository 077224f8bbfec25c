import { type Diagnostic, withPaths } from "../errors.ts";
import { escapeHidden } from "../visible.ts";
import { fromHere, print } from "./terminal.ts";

/** Prints JSON that is fit for a terminal too: what moves its cursor, or turns the direction of text, is escaped. */
export function printJson(value: object): void {
  const lines = JSON.stringify(value, undefined, 2).split("\n");
  print(`${lines.map((line) => escapeHidden(line, escaped)).join("\n")}\n`);
}

/** As JSON writes it: by the halves of a surrogate pair. */
function escaped(character: string): string {
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return `\\u${units.join("\\u")}`;
}

/** With its paths relative to the working folder. */
export function diagnosticJson(diagnostic: Diagnostic): object {
  const { mentions: _, ...rest } = withPaths(diagnostic, fromHere);
  return rest;
}
