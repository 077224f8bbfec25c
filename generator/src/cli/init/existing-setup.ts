import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { asObject, asString } from "../../document.ts";
import { GeneratorError } from "../../errors.ts";
import { parseDocument } from "../../parse-document.ts";
import type { Project } from "./inspect-project.ts";

/** How a project uses openapi-typescript and openapi-fetch. */
export interface ExistingSetup {
  /** Those of the two that it depends on. */
  readonly packages: readonly string[];
  /** Absolute paths of the documents that it generates types of. */
  readonly files: readonly string[];
  /** Those that are elsewhere. */
  readonly urls: readonly string[];
  /** Where a client is created: `src/api.ts:12`, absolute. */
  readonly clients: readonly string[];
}

/** Looks for openapi-typescript and openapi-fetch in a project. Undefined where it has neither. */
export function findExistingSetup(folder: string, project: Project): ExistingSetup | undefined {
  const packages = ["openapi-typescript", "openapi-fetch"].filter((name) => name in project.dependencies);
  const root = project.manifest === undefined ? folder : dirname(project.manifest);
  const named = [...new Set([...fromScripts(root, project), ...fromRedocly(root)])];
  if (packages.length === 0 && named.length === 0) return undefined;
  return {
    packages,
    files: named.filter((name) => !isUrl(name) && existsSync(name)),
    urls: named.filter(isUrl),
    clients: packages.includes("openapi-fetch") ? findClients(root) : [],
  };
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** `openapi-typescript ./specs/a.yaml -o src/a.d.ts` */
function fromScripts(root: string, { scripts }: Project): string[] {
  const calls = Object.values(scripts).flatMap((script) =>
    [...script.matchAll(/\bopenapi-typescript(?:@\S+)?\s+([^&|;]+)/g)].map(([, rest = ""]) => rest),
  );
  return calls.flatMap((call) => {
    const words = [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      (match) => match[1] ?? match[2] ?? match[3] ?? "",
    );
    const [first = ""] = words;
    if (first === "" || first.startsWith("-")) return [];
    return [isUrl(first) ? first : resolve(root, first)];
  });
}

/** `apis` of Redocly's configuration, as openapi-typescript takes its documents from it. */
function fromRedocly(root: string): string[] {
  const file = ["redocly.yaml", "redocly.yml"]
    .map((name) => join(root, name))
    .find((path) => existsSync(path));
  if (file === undefined) return [];
  const apis = Object.values(asObject(readYaml(file)["apis"])).map(asObject);
  const used = apis.filter((api) => "x-openapi-ts" in api || "x-openapi-typescript" in api);
  return (used.length > 0 ? used : []).flatMap((api) => {
    const text = asString(api["root"]);
    return text === undefined ? [] : [isUrl(text) ? text : resolve(root, text)];
  });
}

function readYaml(file: string) {
  try {
    return parseDocument(file, readFileSync(file, "utf8")).document;
  } catch (error) {
    if (error instanceof GeneratorError) return {}; // its own tools say what is wrong with it
    throw error;
  }
}

const MOST_FILES = 3000;
const MOST_BYTES = 500_000;
const MOST_CLIENTS = 5;

/** Where the sources create a client of openapi-fetch. */
function findClients(root: string): string[] {
  const budget = { files: MOST_FILES };
  return [...sourcesIn(root, budget)].flatMap(clientsIn).slice(0, MOST_CLIENTS);
}

function* sourcesIn(folder: string, budget: { files: number }): Iterable<string> {
  for (const entry of entriesOf(folder)) {
    if (/^(\.|node_modules$|dist$|build$|out$|coverage$)/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesIn(path, budget);
    else if (entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name)) {
      budget.files -= 1;
      if (budget.files < 0) return;
      yield path;
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it may not be looked into
  }
}

function clientsIn(file: string): string[] {
  if (statSync(file).size > MOST_BYTES) return [];
  const text = readFileSync(file, "utf8");
  if (!/["']openapi-fetch["']/.test(text)) return [];
  return [...text.matchAll(/\b(createClient|createPathBasedClient)\s*(<[^()]*>)?\s*\(/g)].map(
    ({ index }) => `${file}:${text.slice(0, index).split("\n").length}`,
  );
}
