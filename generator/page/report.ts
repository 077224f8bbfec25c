/*
 * What the page of `openapi-m2m report` runs: it filters the operations. All is there without it. Filters are in the
 * address, behind the #, so that a filtered page can be linked to.
 */

/** The names of the form's fields. */
type Filters = Partial<Record<"q" | "client" | "tokenClient" | "scope" | "effect" | "finding", string>>;

interface Row {
  readonly element: HTMLTableRowElement;
  readonly client: string;
  /** In lower case. */
  readonly text: string;
  readonly tokenClients: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
  /** Its effect, and what was found of it. */
  readonly marks: ReadonlySet<string>;
}

const PAUSE_MS = 200;

const form = find("form", HTMLFormElement);
const status = find("[role=status]", HTMLElement);
const heading = find("#operations", HTMLElement);
const apis = [...document.querySelectorAll<HTMLElement>("section[data-client]")];
const rows = apis.flatMap(readRows);
let pause: number | undefined;

for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-filter]")) {
  link.hash = link.dataset["filter"] ?? "";
}
form.hidden = false;
form.addEventListener("input", () => {
  applyFilters(readForm());
  clearTimeout(pause);
  // A browser refuses to change the address more often, and a screen reader would say each letter's count.
  pause = setTimeout(settle, PAUSE_MS);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => form.dispatchEvent(new Event("input"))));
addEventListener("hashchange", () => followHash());
followHash();

/** Filters as the address says; one without filters is that of a place on the page. */
function followHash(): void {
  if (!location.hash.includes("=")) return;
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const field of fields()) {
    field.value = wanted.get(field.name) ?? "";
    // A link to what is no more filters nothing.
    if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = "";
  }
  applyFilters(readForm());
  settle();
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}

function applyFilters(filters: Filters): void {
  const words = (filters.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) row.element.hidden = !isShown(row, filters, words);
  for (const api of apis) api.hidden = api.querySelector("tbody tr:not([hidden])") === null;
}

function isShown(row: Row, filters: Filters, words: readonly string[]): boolean {
  const { client, tokenClient, scope, effect, finding } = filters;
  return (
    (client === undefined || row.client === client) &&
    (tokenClient === undefined || row.tokenClients.has(tokenClient)) &&
    (scope === undefined || row.scopes.has(scope)) &&
    (effect === undefined || row.marks.has(effect)) &&
    (finding === undefined || row.marks.has(finding)) &&
    words.every((word) => row.text.includes(word))
  );
}

/** Says how many are left, and where to find just these. */
function settle(): void {
  const shown = rows.filter(({ element }) => !element.hidden).length;
  const of = shown === rows.length ? "" : ` of ${rows.length}`;
  status.textContent = `${shown}${of} operations`;
  const filters = new URLSearchParams(Object.entries(readForm()));
  const address = new URL(location.href);
  if (filters.size > 0) address.hash = filters.toString();
  else if (address.hash.includes("=")) address.hash = "";
  if (address.href !== location.href) history.replaceState(null, "", address);
}

function readForm(): Filters {
  return Object.fromEntries(fields().flatMap(({ name, value }) => (value === "" ? [] : [[name, value]])));
}

function fields(): (HTMLInputElement | HTMLSelectElement)[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")];
}

function readRows(api: HTMLElement): Row[] {
  const client = api.dataset["client"] ?? "";
  const title = api.querySelector("h3")?.textContent ?? "";
  return [...api.querySelectorAll<HTMLTableRowElement>("tbody tr")].map((element) => ({
    element,
    client,
    text: `${title} ${element.textContent}`.toLowerCase(),
    tokenClients: textsOf(element.cells[1]),
    scopes: textsOf(element.cells[2]),
    marks: new Set(element.dataset["is"]?.split(" ")),
  }));
}

function textsOf(cell: HTMLTableCellElement | undefined): Set<string> {
  return new Set(Array.from(cell?.querySelectorAll("code") ?? [], ({ textContent }) => textContent ?? ""));
}

function find<Found extends HTMLElement>(selector: string, type: abstract new () => Found): Found {
  const found = document.querySelector(selector);
  if (found instanceof type) return found;
  throw new TypeError(`The page has no ${selector}`);
}
