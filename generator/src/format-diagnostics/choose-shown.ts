import type { Diagnostic } from "../errors.ts";

/** What is printed of many diagnostics. */
export interface Shown {
  readonly diagnostic: Diagnostic;
  /** Others of its kind that are not printed. */
  readonly hidden: readonly Diagnostic[];
}

/** More of one kind tell nothing new. */
const MAX_OF_A_KIND = 5;

/** More than anybody reads at once. */
const MAX_SHOWN = 50;

/** Errors first, then file by file in the order in which they came up, each from top to bottom. */
export function worstFirst(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = new Map<string, number>();
  for (const { file } of diagnostics) if (!files.has(file)) files.set(file, files.size);
  const order = ({ file }: Diagnostic) => files.get(file) ?? 0;
  const rank = ({ severity }: Diagnostic) => (severity === "error" ? 0 : 1);
  return diagnostics.toSorted(
    (a, b) => rank(a) - rank(b) || order(a) - order(b) || a.line - b.line || a.column - b.column,
  );
}

/** As many of each kind as one learns from, and of all kinds as many as one reads; the last of a kind has the others. */
export function chooseShown(ordered: readonly Diagnostic[]): Shown[] {
  const kinds = [...Map.groupBy(ordered, kindOf).values()];
  const entries = kinds.flatMap((all) => {
    const shown = all.slice(0, MAX_OF_A_KIND);
    const hidden = all.slice(MAX_OF_A_KIND);
    return shown.map((diagnostic, index) => ({
      diagnostic,
      hidden: index === shown.length - 1 ? hidden : [],
    }));
  });
  const places = new Map(ordered.map((diagnostic, index) => [diagnostic, index]));
  const placeOf = ({ diagnostic }: Shown) => places.get(diagnostic) ?? 0;
  return entries.toSorted((a, b) => placeOf(a) - placeOf(b)).slice(0, MAX_SHOWN);
}

/** The same is wrong where messages differ in nothing but the names in them. */
function kindOf({ severity, message }: Diagnostic): string {
  return `${severity} ${message.replaceAll(/"[^"]*"|`[^`]*`|'[^']*'|\d+/g, "_")}`;
}
