import type { Diagnostic } from "../errors.ts";
import type { ExcerptLine } from "../excerpt.ts";
import { visible } from "../visible.ts";
import { columnsOf, firstColumns, lastColumns, withoutTabs } from "./columns.ts";
import type { Paint } from "./paint.ts";

export interface FrameOptions {
  /** Columns that a line may take. */
  readonly width: number;
  readonly paint: Paint;
}

/** The lines that a diagnostic is about, numbered, with carets under what is wrong; none where they are not known. */
export function codeFrame(diagnostic: Diagnostic, { width, paint }: FrameOptions): string[] {
  const { line, excerpt, severity } = diagnostic;
  if (excerpt === undefined) return [];
  const { firstLine, lines } = excerpt;
  const digits = String(firstLine + lines.length - 1).length;
  const space = Math.max(MIN_SPACE, width - digits - GUTTER);
  return lines.flatMap((entry, index) => {
    const number = firstLine + index;
    const gutter = `${String(number).padStart(digits)} |`;
    if (number !== line) return [paint("gutter", `  ${gutter}`) + spaced(contextOf(entry, space))];
    const { text, carets } = mark(entry, diagnostic, space);
    return [
      paint(severity, ">") + paint("gutter", ` ${gutter}`) + spaced(text),
      `${paint("gutter", `  ${" ".repeat(digits)} |`)} ${carets.before}${paint(severity, carets.under)}`,
    ];
  });
}

/** `> `, ` | ` */
const GUTTER = 5;

/** However narrow a terminal is. */
const MIN_SPACE = 20;

const ELLIPSIS = "…";

function spaced(text: string): string {
  return text === "" ? "" : ` ${text}`;
}

function contextOf({ text, isCut }: ExcerptLine, space: number): string {
  return fitted(shown(text, 0), space, isCut).trimEnd();
}

interface Marked {
  readonly text: string;
  readonly carets: { readonly before: string; readonly under: string };
}

/** The line with the carets below it, cut on both sides where it does not fit. */
function mark(line: ExcerptLine, { column, endColumn }: Diagnostic, space: number): Marked {
  const start = clamp(column - line.column, line.text.length);
  const end = Math.max(start, clamp((endColumn ?? column + 1) - line.column, line.text.length));
  const lead = shown(line.text.slice(0, start), 0);
  const value = shown(line.text.slice(start, end), columnsOf(lead));
  const rest = shown(line.text.slice(end), columnsOf(lead + value));
  const third = Math.floor(space / 3);
  const isWhole = line.column === 1 && (columnsOf(lead + value) < space || columnsOf(lead) <= third);
  const leadSpace = space - columnsOf(ELLIPSIS + value) - Math.min(columnsOf(rest), third);
  const before = isWhole ? lead : ELLIPSIS + lastColumns(lead, Math.max(third, leadSpace)).trimStart();
  const left = space - columnsOf(before);
  const under = firstColumns(value, left - 1);
  const behind = under === value ? fitted(rest, left - columnsOf(value), line.isCut) : ELLIPSIS;
  return {
    text: (before + under + behind).trimEnd(),
    carets: { before: " ".repeat(columnsOf(before)), under: "^".repeat(Math.max(1, columnsOf(under))) },
  };
}

function clamp(offset: number, length: number): number {
  return Math.min(Math.max(0, offset), length);
}

function fitted(text: string, space: number, isCut: boolean): string {
  if (!isCut && columnsOf(text) <= space) return text;
  return firstColumns(text, space - 1) + ELLIPSIS;
}

/** Tabs as the spaces that they stand for, and visible what otherwise would not be. */
function shown(text: string, from: number): string {
  return withoutTabs(text.split("\t").map(visible).join("\t").replaceAll(HARD_SPACE, "\\u{a0}"), from);
}

/** Looks like a space, and is a mistake in itself mostly. */
const HARD_SPACE = /\u00a0/g;
