import { type Diagnostic, describe } from "./errors.ts";
import { chooseShown, type Shown, worstFirst } from "./format-diagnostics/choose-shown.ts";
import { codeFrame, type FrameOptions } from "./format-diagnostics/code-frame.ts";
import { paintWith } from "./format-diagnostics/paint.ts";
import { abridge } from "./names.ts";

export { worstFirst } from "./format-diagnostics/choose-shown.ts";

/** How diagnostics are written. */
export interface FormatOptions {
  /** Whether to colour it, for a terminal. Default: false. */
  readonly color?: boolean;
  /** Columns that a line of a document may take; default 100, at least 40. */
  readonly width?: number;
  /** Whether to print every one, however many of a kind there are. Default: false. */
  readonly all?: boolean;
  /** How the reader gets to see what is not printed, as `--json lists all`. Default: nothing is said of that. */
  readonly seeAll?: string;
}

/**
 * Writes diagnostics for somebody to read: the worst first, each with the lines that it is about and how to mend it. Of
 * hundreds of one kind a few are printed, and how many there are. `formatDiagnostic` writes one as a single line.
 *
 * @param diagnostics - with their files as they are to be shown
 * @returns whole lines; an empty string for none
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions = {}): string {
  if (diagnostics.length === 0) return "";
  const { color = false, width = DEFAULT_WIDTH, all = false, seeAll } = options;
  const frame = { width: Math.max(MIN_WIDTH, width), paint: paintWith(color) };
  const ordered = worstFirst(diagnostics);
  const shown = all ? ordered.map((diagnostic) => ({ diagnostic, hidden: [] })) : chooseShown(ordered);
  const entries = shown.map((entry, index) => {
    const before = shown[index - 1];
    const isSamePlace = before !== undefined && placeOf(before) === placeOf(entry);
    return formatEntry(entry, isSamePlace ? [] : codeFrame(entry.diagnostic, frame), frame);
  });
  const summary = summarize(ordered, ordered.length - shown.length, seeAll);
  return `${[...entries, ...summary].join("\n\n")}\n`;
}

const DEFAULT_WIDTH = 100;
const MIN_WIDTH = 40;

/** Of one place there may be several things to tell: its lines are shown once. */
function placeOf({ diagnostic }: Shown): string {
  return describe(diagnostic).place;
}

function formatEntry(
  { diagnostic, hidden }: Shown,
  frame: readonly string[],
  { paint }: FrameOptions,
): string {
  const { place, severity, text, fix } = describe(diagnostic);
  const lines = [`${paint("place", place)}: ${paint(severity, `${severity}:`)} ${text}`, ...frame];
  lines.push(`  ${paint("fix", "fix:")} ${fix}`);
  if (hidden.length > 0) {
    const places = abridge(hidden.map((other) => describe(other).place));
    lines.push(`  ${hidden.reduce(countPlaces, 0)} more like this: ${places}`);
  }
  return lines.join("\n");
}

/** The end of what is printed is what is seen first. */
function summarize(all: readonly Diagnostic[], hidden: number, seeAll?: string): string[] {
  if (all.length < 2) return [];
  const { error = [], warning = [] } = Object.groupBy(all, ({ severity }) => severity);
  const counts = [
    count(error.reduce(countPlaces, 0), "error"),
    count(warning.reduce(countPlaces, 0), "warning"),
  ].filter(Boolean);
  const rest = hidden === 0 ? "" : `; ${hidden} of them are not shown`;
  return [counts.join(" and ") + rest + (hidden > 0 && seeAll !== undefined ? `: ${seeAll}` : "")];
}

function countPlaces(sum: number, { more = 0 }: Diagnostic): number {
  return sum + 1 + more;
}

function count(number: number, noun: string): string {
  if (number === 0) return "";
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
