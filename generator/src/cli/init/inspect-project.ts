import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { asObject, asString, type JsonObject, mapValues } from "../../document.ts";

/** What a project has of what generated clients need. */
export interface Project {
  /** Absolute path of its package.json; undefined where there is none. */
  readonly manifest?: string;
  readonly isModule: boolean;
  /** Its package.json says `"type": "commonjs"`. */
  readonly isCommonJs: boolean;
  /** `npm install`, `pnpm add`, ... */
  readonly install: string;
  readonly hasRuntime: boolean;
  readonly missingDevDependencies: readonly string[];
  readonly hasTsconfig: boolean;
  /** What `engines.node` says, where it allows a Node.js that is too old. */
  readonly oldNode?: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** What generating and compiling takes besides the runtime. */
const DEV_DEPENDENCIES = ["openapi-m2m", "typescript", "@types/node"];

/** What the runtime needs, and a config in TypeScript. */
const OLDEST_NODE = [22, 19] as const;

/** Looks at the package that a folder belongs to. */
export function inspectProject(folder: string): Project {
  const manifest = findUp(folder, "package.json");
  const { type, engines, ...rest } = readJson(manifest);
  const dependencies = textsOf(rest["dependencies"]);
  const all = { ...textsOf(rest["devDependencies"]), ...textsOf(rest["peerDependencies"]), ...dependencies };
  const isThere = (name: string) => name in all || isInstalled(folder, name);
  const node = asString(asObject(engines)["node"]);
  return {
    ...(manifest !== undefined && { manifest }),
    isModule: type === "module",
    isCommonJs: type === "commonjs",
    install: installCommand(folder),
    hasRuntime:
      "@openapi-m2m/runtime" in dependencies || "@openapi-m2m/runtime" in textsOf(rest["peerDependencies"]),
    missingDevDependencies: DEV_DEPENDENCIES.filter((name) => !isThere(name)),
    hasTsconfig: findUp(folder, "tsconfig.json") !== undefined,
    ...(node !== undefined && allowsOld(node) && { oldNode: node }),
    dependencies: all,
    scripts: textsOf(rest["scripts"]),
  };
}

/** In a workspace it may be at the root. */
function isInstalled(folder: string, name: string): boolean {
  const paths = createRequire(join(folder, "package.json")).resolve.paths(name) ?? [];
  return paths.some((path) => existsSync(join(path, name, "package.json")));
}

const LOCK_FILES: readonly (readonly [file: string, install: string])[] = [
  ["pnpm-lock.yaml", "pnpm add"],
  ["yarn.lock", "yarn add"],
  ["bun.lock", "bun add"],
  ["bun.lockb", "bun add"],
];

function installCommand(folder: string): string {
  return LOCK_FILES.find(([file]) => findUp(folder, file) !== undefined)?.[1] ?? "npm install";
}

/** Of each range the first version counts: `^20 || >=22`. */
function allowsOld(range: string): boolean {
  const lowest = range.split("||").map((part) => /(\d+)(?:\.(\d+))?/.exec(part));
  return lowest.some((match) => {
    const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
    return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  });
}

function findUp(start: string, name: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

/** What npm can't read, npm complains of. */
function readJson(file: string | undefined): JsonObject {
  try {
    return file === undefined ? {} : asObject(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

function textsOf(value: unknown): Record<string, string> {
  return mapValues(value, (text) => asString(text) ?? "");
}
