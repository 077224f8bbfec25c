import { type Content, html, type Markup } from "./markup.ts";

/** As the form's fields are called. */
export type Filters = Readonly<
  Partial<Record<"client" | "tokenClient" | "scope" | "effect" | "finding", string>>
>;

/** A link to the operations; where the page's script runs, to just these. */
export function filterLink(filters: Filters, text: Content, label?: string): Markup {
  const query = new URLSearchParams(filters).toString();
  const named = label === undefined ? "" : html` aria-label="${label}"`;
  return html`<a href="#operations" data-filter="${query}"${named}>${text}</a>`;
}
