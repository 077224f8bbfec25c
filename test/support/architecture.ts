import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { isPure } from "./purity.ts";

/** Path from the repository's root, with `/`, to text. Every rule is a function of this, so that tests can plant violations. */
export type Sources = ReadonlyMap<string, string>;

/** `path: what is wrong`, sorted by path. */
export type Violations = readonly string[];

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The TypeScript files below these folders. */
export function readSources(...folders: string[]): Sources {
  const paths = folders.flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name).replaceAll("\\", "/"));
  });
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path of the imported file, for relative imports. */
  readonly target: string | undefined;
  /** Erased when it is compiled. */
  readonly isType: boolean;
}

/** Imports and re-exports, dynamic and type-only ones too. */
function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const found: Import[] = [];
    const add = (specifier: ts.Node | undefined, isType: boolean) => {
      if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
      found.push({
        from,
        specifier: specifier.text,
        target: resolveImport(sources, from, specifier.text),
        isType,
      });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node));
      if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
      if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
        add(node.arguments[0], false);
      ts.forEachChild(node, visit);
    };
    visit(parse(from, text));
    return found;
  });
}

function isErased({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  const { namedBindings } = importClause;
  const names = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : undefined;
  const areTypes = names !== undefined && names.length > 0 && names.every(({ isTypeOnly }) => isTypeOnly);
  return importClause.isTypeOnly || (importClause.name === undefined && areTypes);
}

function resolveImport(sources: Sources, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = posix.join(posix.dirname(from), specifier);
  const candidates = [path, path.replace(/\.js$/, ".ts"), path.replace(/\.js$/, ".d.ts")];
  return candidates.find((candidate) => sources.has(candidate)) ?? path;
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

const LAYERS: Readonly<Record<string, number>> = {
  "token-client": 1,
  "token-request": 2,
  "token-definitions": 2,
  "token-mapping": 2,
  transport: 2,
  "token-cache": 3,
  "token-failures": 3,
  "shared-tokens": 3,
  "token-source": 4,
  authorization: 5,
  interceptor: 6,
  "authenticated-fetch": 6,
  "token-manager": 7,
  "api-client": 7,
};

/** Layers may import them, and they each other. */
const LEAVES = new Set(
  (
    "abort-listener access-token api-call back-off binary-body byte-collector byte-stream challenge client-assertion client-authentication clock connection-advice content-encoding credential-revision credentials deadline deserialize dispatch-headers dpop draining errors events failed-dispatch flight item-stream jwt linked-list " +
    "jwt-assertion media-type open-calls operation origin part private-key refreshing-cache renewal-back-off replayable-body result sequence-body serialize server-clocks signing-key text timeout tls token-lifetime token-parameters token-store waiting"
  ).split(" "),
);

/** May import anything: the package's face, and the contract with generated code. */
const RUNTIME_ENTRIES =
  /^runtime\/src\/((index|codegen\/v\d+)\.ts|(redis|opentelemetry|testing)(\.ts|\/.*))$/;

/**
 * Every runtime module is a layer or a leaf, and imports only lower layers and leaves; leaves import leaves. Types,
 * which are erased, may come from the same layer. The files of a folder are part of the module of its name.
 */
export function checkRuntimeLayers(sources: Sources): Violations {
  const isChecked = (path: string) => path.startsWith("runtime/src/") && !RUNTIME_ENTRIES.test(path);
  const unlisted = [...sources.keys()].filter((path) => {
    return isChecked(path) && !LEAVES.has(moduleOf(path)) && layerOf(path) === undefined;
  });
  const imports = importsOf(sources).flatMap(({ from, target, isType }) => {
    if (target === undefined || !isChecked(from) || moduleOf(target) === moduleOf(from)) return [];
    if (RUNTIME_ENTRIES.test(target)) return [`${from}: imports the entry ${target}`];
    const [own, other] = [layerOf(from), layerOf(target)];
    if (other === undefined || (own !== undefined && (other < own || (isType && other === own)))) return [];
    return [`${from}: ${own ? `layer ${own}` : "a leaf"} imports layer ${other}, ${target}`];
  });
  return [...unlisted.map((path) => `${path}: is listed neither as a layer nor as a leaf`), ...imports];
}

function layerOf(path: string): number | undefined {
  return LAYERS[moduleOf(path)];
}

/** `generator/src/load-spec/findings.ts` -> `load-spec` */
function moduleOf(path: string): string {
  return path.replace(/^(generator|runtime)\/src\//, "").replace(/(\.ts|\/.*)$/, "");
}

/** The request for a token and the cache of tokens know nothing of each other. */
export function checkRequestAndCache(sources: Sources): Violations {
  const pair = ["token-request", "token-cache"];
  return importsOf(sources)
    .filter(({ from, target }) => {
      const modules = [from, target ?? ""].map(moduleOf);
      return modules.every((name) => pair.includes(name)) && modules[0] !== modules[1];
    })
    .map(({ from, target }) => `${from}: imports ${target}`);
}

const STAGES = [
  "load-config",
  "load-spec",
  "resolve-mapping",
  "build-model",
  "build-report",
  "emit-report",
  "compare-api",
  "emit-schema",
  "emit-client",
  "verify-output",
  "write-files",
];

/** They put the stages together. */
const GENERATOR_ENTRIES = ["cli", "generate", "report", "index"];

/** A generator stage imports no other, only leaves (model, names, encode, errors, ...) and files of its folder. */
export function checkGeneratorStages(sources: Sources): Violations {
  return importsOf(sources)
    .filter(({ from, target }) => from.startsWith("generator/src/") && target)
    .flatMap(({ from, target = "" }) => {
      const [own, other] = [moduleOf(from), moduleOf(target)];
      if (own === other || GENERATOR_ENTRIES.includes(own)) return [];
      if (GENERATOR_ENTRIES.includes(other)) return [`${from}: imports the entry ${target}`];
      if (!STAGES.includes(other)) return [];
      return [`${from}: ${STAGES.includes(own) ? "a stage" : "a leaf"} imports the stage ${target}`];
    });
}

/**
 * A module that outgrew its file has the rest of it in a folder of its name: no other module imports from there. Types of
 * the runtime that users see come from wherever they are.
 */
export function checkFolders(sources: Sources): Violations {
  return importsOf(sources).flatMap(({ from, target }) => {
    if (target === undefined || RUNTIME_ENTRIES.test(from)) return [];
    const folders = target.split("/").slice(0, -1);
    const owners = folders.map((_, index) => folders.slice(0, index + 1).join("/"));
    const owner = owners.find((folder) => {
      return sources.has(`${folder}.ts`) && from !== `${folder}.ts` && !from.startsWith(`${folder}/`);
    });
    return owner === undefined ? [] : [`${from}: imports ${target}, which is a part of ${owner}.ts`];
  });
}

/** The generator prints the runtime's name; it never loads it. */
export function checkGeneratorWithoutRuntime(sources: Sources): Violations {
  return importsOf(sources)
    .filter(({ from, specifier, target = "" }) => {
      const isRuntime = specifier.startsWith("@openapi-m2m/runtime") || target.startsWith("runtime/");
      return from.startsWith("generator/src/") && isRuntime;
    })
    .map(({ from, specifier }) => `${from}: imports ${specifier}`);
}

/** Only the command line uses process and console. */
export function checkProcessAndConsole(sources: Sources): Violations {
  return [...sources].flatMap(([path, text]) => {
    if (!path.startsWith("generator/src/") || /^generator\/src\/cli(\.ts|\/)/.test(path)) return [];
    const found = new Set<string>();
    const visit = (node: ts.Node): void => {
      const isName =
        ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node);
      if (isName && /^(process|console)$/.test(node.text)) found.add(node.text);
      if (ts.isStringLiteral(node) && /^(node:)?(process|console)$/.test(node.text)) found.add(node.text);
      ts.forEachChild(node, visit);
    };
    visit(parse(path, text));
    return [...found].map((name) => `${path}: uses ${name}`);
  });
}

const WRITERS =
  /^(write|append|mkdir|rm|rename|unlink|copyFile|cp|symlink|link|truncate|chmod|createWriteStream)/;

/** Only write-files.ts changes the disk. */
export function checkWriters(sources: Sources): Violations {
  return [...sources].flatMap(([path, text]) => {
    if (!path.startsWith("generator/src/") || moduleOf(path) === "write-files") return [];
    return parse(path, text)
      .statements.filter(ts.isImportDeclaration)
      .filter(({ moduleSpecifier }) => /^["'](node:)?fs/.test(moduleSpecifier.getText()))
      .flatMap(({ importClause }) => {
        const bindings = importClause?.namedBindings;
        // A whole module could be used for anything.
        const names = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
        if (names.length === 0) return [`${path}: imports the whole of fs`];
        const writers = names
          .map(({ name, propertyName }) => (propertyName ?? name).text)
          .filter((name) => WRITERS.test(name));
        return writers.map((name) => `${path}: imports ${name}`);
      });
  });
}

/** Generated code imports only the versioned contract of the runtime and its own files. */
export function checkGeneratedImports(sources: Sources): Violations {
  return importsOf(sources)
    .filter(({ from }) => from.startsWith("generated/"))
    .filter(({ specifier, target }) => {
      if (target !== undefined) return !target.startsWith("generated/");
      return !/^@openapi-m2m\/runtime\/codegen\/v\d+$/.test(specifier);
    })
    .map(({ from, specifier }) => `${from}: imports ${specifier}`);
}

/** No import cycles, not even of types. */
export function checkCycles(sources: Sources): Violations {
  const graph = new Map<string, string[]>();
  for (const { from, target } of importsOf(sources)) {
    if (target !== undefined) graph.set(from, [...(graph.get(from) ?? []), target]);
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    const index = above.indexOf(path);
    if (index >= 0) cycles.push(`${path}: ${[...above.slice(index), path].join(" -> ")}`);
    if (index >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

const EMPTY_NAMES = /^(utils?|helpers?|commons?|types?|constants?|misc|shared)$/;

/** A module's name says what is in it. */
export function checkNames(sources: Sources): Violations {
  return [...sources.keys()].flatMap((path) => {
    const parts = [...dirname(path).split("/"), basename(path).replace(/(\.d)?\.ts$/, "")];
    return parts.filter((part) => EMPTY_NAMES.test(part)).map((part) => `${path}: "${part}" says nothing`);
  });
}

/** No module does nothing but re-export, except index.ts and the versioned contract. */
export function checkBarrels(sources: Sources): Violations {
  return [...sources].flatMap(([path, text]) => {
    if (/(^|\/)(index|codegen\/v\d+)\.ts$/.test(path)) return [];
    const { statements } = parse(path, text);
    const isReExport = (node: ts.Statement) =>
      ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined;
    return statements.length > 0 && statements.every(isReExport) ? [`${path}: only re-exports`] : [];
  });
}

/** Importing a module runs nothing: its top level only imports, declares, exports and makes plain values. */
export function checkSideEffects(sources: Sources): Violations {
  return [...sources].flatMap(([path, text]) => {
    // The command line and threads are run, never imported.
    if (/^generator\/src\/(cli|generate\/client-thread|cli\/generate\/watch-thread)\.ts$/.test(path))
      return [];
    const source = parse(path, text);
    if (source.isDeclarationFile) return [];
    return source.statements
      .filter((statement) => !isPure(statement))
      .map((statement) => {
        const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
        return `${path}:${line + 1}: runs when it is imported`;
      });
  });
}

export const MAX_FILE_LINES = 250;
export const MAX_FUNCTION_LINES = 40;

/** Files and functions that are to be split, or explained. A function's lines are those not of functions within. */
export function checkLengths(sources: Sources): Violations {
  return [...sources].flatMap(([path, text]) => {
    const source = parse(path, text);
    const found: string[] = [];
    const lines = text.split("\n").length - 1;
    if (lines > MAX_FILE_LINES) found.push(`${path}: ${lines} lines`);
    const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
    /** @returns how many lines the functions within have */
    const visit = (node: ts.Node): number => {
      let within = 0;
      ts.forEachChild(node, (child) => {
        within += visit(child);
      });
      if (!(ts.isFunctionLike(node) && "body" in node && node.body)) return within;
      const length = lineAt(node.end) - lineAt(node.getStart()) + 1;
      const own = length - within;
      if (own > MAX_FUNCTION_LINES) found.push(`${path}: a function of ${own} lines`);
      return length > 1 ? length : 0;
    };
    visit(source);
    return found;
  });
}
