import { visible } from "../visible.ts";

/** A sentence of ours, with what documents and the config say in it as `code`: every format writes those its own way. */
export type Phrase = readonly (string | Quoted)[];

export interface Quoted {
  readonly code: string;
}

/** Texts that are put in are quoted, numbers and phrases are not. */
export function say(strings: TemplateStringsArray, ...values: readonly (string | number | Phrase)[]): Phrase {
  return strings.flatMap((text, index): Phrase => {
    const value = values[index];
    if (value === undefined) return [text];
    if (typeof value === "string") return [text, { code: value }];
    return typeof value === "number" ? [text, formatNumber(value)] : [text, ...value];
  });
}

/** `1 operation`, `1,200 operations`. */
export function count(amount: number, noun: string): Phrase {
  return [`${formatNumber(amount)} ${noun}${amount === 1 ? "" : "s"}`];
}

/** `a, b and c`; of many, `a, b, c and 12 more`. */
export function list(names: readonly string[], most = 20): Phrase {
  const shown = names.length > most ? names.slice(0, most) : names.slice(0, -1);
  const last = names.length > most ? say`${names.length - most} more` : quote(names.at(-1));
  const before = shown.flatMap((code, index) => [index > 0 ? ", " : "", { code }]);
  return before.length === 0 ? last : [...before, " and ", ...last];
}

function quote(code: string | undefined): Phrase {
  return code === undefined ? [] : [{ code }];
}

/** As a text without any form. */
export function plain(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === "string" ? part : visible(part.code))).join("");
}

/** The same on every machine. */
export function formatNumber(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
