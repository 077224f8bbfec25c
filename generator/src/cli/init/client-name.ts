import { basename, dirname } from "node:path";
import { pascalCase } from "../../names.ts";

/** Says nothing of which API it is. */
const EMPTY =
  /^(open-?api|swagger|api|apis|spec|specs|schema|index|main|root|document|bundle|bundled|docs|rest|client|v\d+)$/i;

/** Words of a title that every API may have. */
const NOISE =
  /\b(the|an?|rest(ful)?|web|http|open-?api|swagger|apis?|services?|specification|documentation)\b/gi;

const VERSION = /\bv?\d+(\.[\dx]+)*\b|[\s._-]v\d+(?=$|[\s._-])/gi;

/**
 * What a client of a document is called: after the file, or else the title, or else the folder or the host.
 *
 * @param location - absolute path or URL
 * @returns `CatalogClient`
 */
export function clientName(location: string, title: string): string {
  const candidates = [fileWords(location), plainWords(title), ...placeWords(location)];
  const found = candidates.map(classWords).find((name) => name !== "");
  return `${found ?? "Remote"}Client`;
}

/** `specs/catalog.openapi.yaml` -> `catalog`. */
function fileWords(location: string): string {
  const parts = basename(pathOf(location)).split(".");
  return parts.filter((part, index) => !(EMPTY.test(part) || (index > 0 && ENDING.test(part)))).join("-");
}

const ENDING = /^(json|ya?ml)$/i;

function placeWords(location: string): string[] {
  const names = dirname(pathOf(location)).split(/[/\\]/).toReversed();
  const host = URL.canParse(location) ? (new URL(location).hostname.split(".").at(-2) ?? "") : "";
  return [...names.filter((name) => name !== "" && !EMPTY.test(name)), host];
}

function pathOf(location: string): string {
  return /^https?:/i.test(location) && URL.canParse(location) ? new URL(location).pathname : location;
}

/** `Orders API: the second` -> `Orders`. */
function plainWords(title: string): string {
  const [start = ""] = title.split(/\s[-–—|]\s|[:(,]/);
  return start.replaceAll(NOISE, " ");
}

/** A class name has plain letters and digits, and begins with a capital. */
function classWords(text: string): string {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(VERSION, " ");
  const words = plain.match(/[A-Za-z\d]+/g) ?? [];
  const name = pascalCase(words.slice(0, MOST_WORDS).join(" "))
    .replace(/^\d+/, "")
    .replace(/(?<=.)(Client|Api)$/i, "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const MOST_WORDS = 4;
