import { type Content, html, type Markup } from "./markup.ts";

export interface Table {
  /** Id of the heading that names it. */
  readonly label: string;
  readonly columns: readonly string[];
  /** Columns from this one on are of numbers; default: none are. */
  readonly numbers?: number;
  readonly rows: Content;
}

/** A table in a box of its own, which scrolls where the table is wider, by keys too. */
export function table({ label, columns, numbers = columns.length, rows }: Table): Markup {
  const head = columns.map((name, index) => {
    const kind = index >= numbers ? html` class="number"` : "";
    return html`<th scope="col"${kind}>${name}</th>`;
  });
  return html`<div class="box" role="group" tabindex="0" aria-labelledby="${label}">
<table aria-labelledby="${label}">
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`;
}
