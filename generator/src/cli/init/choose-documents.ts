import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Mapping } from "../../load-config.ts";
import { lookAt } from "../../look-at.ts";
import { closestName } from "../../names.ts";
import { CommandError } from "../command-error.ts";
import { place } from "../terminal.ts";
import type { ExistingSetup } from "./existing-setup.ts";
import { findDocuments } from "./find-documents.ts";
import type { Ask } from "./settle.ts";

export interface ChooseOptions {
  /** Absolute. */
  readonly folder: string;
  readonly setup: ExistingSetup | undefined;
  /** Undefined where nobody can be asked. */
  readonly ask: Ask | undefined;
  /** Of the config that is there already: its documents are not read again. */
  readonly mapping: Mapping | undefined;
}

/**
 * Decides which documents are read: those that are named, or those that are found. A URL that nobody named is read only
 * if it is chosen on a terminal.
 *
 * @returns absolute paths and URLs, each once; empty where the config has all of them
 */
export async function chooseDocuments(named: readonly string[], options: ChooseOptions): Promise<string[]> {
  const { folder, ask } = options;
  const known = new Set(options.mapping?.clients.map(({ spec }) => spec));
  if (named.length > 0)
    return [...new Set(named.flatMap((text) => locate(folder, text)))].filter(
      (location) => !known.has(location),
    );
  const { proposed, others } = findCandidates(options);
  const [fresh, further] = [proposed, others].map((all) => all.filter((location) => !known.has(location)));
  if (fresh === undefined || further === undefined) return [];
  if (ask !== undefined && fresh.length + further.length > 1)
    return await ask.askDocuments([...fresh, ...further].map(labelOf), fresh);
  if (fresh.length > 0 || known.size > 0) return fresh;
  if (ask !== undefined && further.length === 0) return locate(folder, await ask.askDocument());
  const [example = "specs/catalog.yaml"] = further;
  throw noDocument("no OpenAPI document is found here", place(example));
}

/** Those of openapi-typescript come before those that were found. */
function findCandidates({ folder, setup }: ChooseOptions): { proposed: string[]; others: string[] } {
  const found = findDocuments(folder);
  const { files = [], urls = [] } = setup ?? {};
  const proposed = files.length > 0 ? [...files] : found;
  return { proposed, others: [...found.filter((file) => !proposed.includes(file)), ...urls] };
}

/** An argument as a URL, an absolute path, or the documents of a folder. */
function locate(folder: string, text: string): string[] {
  if (/^https?:\/\//i.test(text)) return [text];
  const path = resolve(folder, text);
  const { stats, reason } = lookAt(path);
  if (stats === undefined && reason === undefined) throw noSuchFile(folder, path);
  if (!stats?.isDirectory()) return [path]; // Reading it says what is wrong with it.
  const found = findDocuments(path);
  if (found.length === 0)
    throw noDocument(`${text} is a folder without an OpenAPI document`, "specs/catalog.yaml");
  return found;
}

function noSuchFile(folder: string, path: string): CommandError {
  const names = entriesOf(dirname(path));
  const similar = closestName(basename(path), names);
  const [found] = findDocuments(folder);
  const example = similar === undefined ? found : join(dirname(path), similar);
  return noDocument(
    `${place(path)}: there is no such file`,
    example === undefined ? "specs/catalog.yaml" : place(example),
  );
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there has none that could be meant
  }
}

function noDocument(message: string, example: string): CommandError {
  return new CommandError("ERR_NO_DOCUMENT", message, `name one: npx openapi-m2m init ${example}`);
}

function labelOf(location: string): { value: string; label: string } {
  return { value: location, label: place(location) };
}
