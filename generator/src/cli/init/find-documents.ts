import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** Where projects keep their documents. */
const FOLDERS =
  /^(specs?|open-?api|swagger|apis?|api-?(specs?|docs?|definitions?)|contracts?|schemas?|docs?)$/i;

const DEPTH = 3;

/** Nobody chooses from more. */
const MOST = 50;

/** Finds the OpenAPI documents in a folder and in those below it that are meant for such. Absolute paths, sorted. */
export function findDocuments(folder: string): string[] {
  return search(folder, 0).slice(0, MOST);
}

function search(folder: string, depth: number): string[] {
  const entries = entriesOf(folder);
  const files = entries.filter((entry) => entry.isFile() && /\.(json|ya?ml)$/i.test(entry.name));
  const folders =
    depth === DEPTH ? [] : entries.filter((entry) => entry.isDirectory() && isMeant(entry.name, depth));
  return [
    ...files.map(({ name }) => join(folder, name)).filter(isDocument),
    ...folders.flatMap(({ name }) => search(join(folder, name), depth + 1)),
  ];
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // it may not be looked into: whoever has a document there names it
  }
}

/** In a folder for documents all folders are. */
function isMeant(name: string, depth: number): boolean {
  return name !== "node_modules" && !name.startsWith(".") && (depth > 0 || FOLDERS.test(name));
}

/** What begins like one: a file that such a document refers to does not. */
function isDocument(file: string): boolean {
  const start = startOf(file);
  return /^\s*\{?\s*["']?(openapi|swagger)["']?\s*:\s*["']?[23]/m.test(start);
}

/** What says the version comes first, mostly. */
const START_BYTES = 16_384;

function startOf(file: string): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(START_BYTES);
      return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, START_BYTES, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return ""; // it may not be read
  }
}
