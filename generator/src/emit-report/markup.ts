import type { Phrase } from "./phrase.ts";

/** HTML that may be put into HTML as it is. Only `html` makes it of texts, and escapes them all. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[];

/** Writes HTML: every text that is put in is escaped, for an element or a quoted attribute alike. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = strings.map((text, index) => {
    const value = values[index];
    return value === undefined ? text : text + write(value);
  });
  return new Markup(parts.join(""));
}

/** A phrase, its quoted texts as code. */
export function prose(phrase: Phrase): Markup {
  return html`${phrase.map((part) => (typeof part === "string" ? part : code(part.code)))}`;
}

export function code(text: string): Markup {
  return html`<code>${text}</code>`;
}

function write(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escapeText(content);
  return typeof content === "number" ? String(content) : content.map(write).join("");
}

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
