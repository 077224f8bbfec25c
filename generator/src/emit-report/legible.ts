import type { AccessReport } from "../model.ts";
import { visible } from "../visible.ts";

/** A report with texts for people: none that is endless, or looks like something else than it is. */
export function legible(report: AccessReport): AccessReport {
  return JSON.parse(JSON.stringify(report), (_, value: unknown) =>
    typeof value === "string" ? abridge(visible(value)) : value,
  );
}

function abridge(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS / 2)}…${text.slice(-MAX_CHARACTERS / 2)}`.toWellFormed();
}

const MAX_CHARACTERS = 300;
