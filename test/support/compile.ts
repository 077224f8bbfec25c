import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The strictest that users set; declarations too, as for a published library. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  typeRoots: [source("node_modules/@types")],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  noEmit: true,
  skipLibCheck: false,
  paths: {
    "@openapi-m2m/runtime": [source("runtime/src/index.ts")],
    "@openapi-m2m/runtime/codegen/v1": [source("runtime/src/codegen/v1.ts")],
    "@openapi-m2m/runtime/redis": [source("runtime/src/redis.ts")],
    "@openapi-m2m/runtime/testing": [source("runtime/src/testing.ts")],
    "@openapi-m2m/runtime/opentelemetry": [source("runtime/src/opentelemetry.ts")],
    // As it is published: its sources would take long to parse.
    "openapi-m2m": [source("generator/dist/index.d.ts")],
    "openapi-fetch": [source("node_modules/openapi-fetch/dist/index.d.mts")],
    undici: [source("node_modules/undici/index.d.ts")],
    vitest: [source("node_modules/vitest/dist/index.d.ts")],
    ioredis: [source("node_modules/ioredis/built/index.d.ts")],
    redis: [source("node_modules/redis/dist/index.d.ts")],
    ...Object.fromEntries(
      ["api", "exporter-prometheus", "sdk-metrics"].map((name) => [
        `@opentelemetry/${name}`,
        [source(`node_modules/@opentelemetry/${name}/dist/index.d.mts`)],
      ]),
    ),
  },
};

/** Libraries and the runtime are the same for all: parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * Type-checks files of a folder and what they import.
 *
 * @param overrides - of the compiler's options
 * @returns the errors within the folder, as `path:line: message`
 */
export function compileErrors(
  folder: string,
  files: readonly string[],
  overrides: ts.CompilerOptions = {},
): string[] {
  const program = programOf(folder, files, { ...OPTIONS, ...overrides });
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  const found = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...(file.isDeclarationFile ? [] : program.getDeclarationDiagnostics(file)),
    ]),
  ];
  return found.map((diagnostic) => describe(folder, diagnostic));
}

/** Writes what tsc writes of the declarations of files and of what they import, into another folder. */
export function emitDeclarations(folder: string, files: readonly string[], outDir: string): void {
  const options = { ...OPTIONS, noEmit: false, emitDeclarationOnly: true, rootDir: folder, outDir };
  programOf(folder, files, options).emit(undefined, (path, text) => {
    // The runtime is a source of the program too, and not of the folder: tsc would write beside it.
    if (relative(outDir, path).startsWith("..")) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  });
}

function programOf(folder: string, files: readonly string[], options: ts.CompilerOptions): ts.Program {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => {
    if (name.startsWith(folder)) return read(name, ...rest);
    if (!parsed.has(name)) parsed.set(name, read(name, ...rest));
    return parsed.get(name);
  };
  const names = files.map((file) => join(folder, file));
  return ts.createProgram(names, options, host);
}

function describe(folder: string, { file, start = 0, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (file === undefined) return message;
  return `${file.fileName.slice(folder.length + 1)}:${file.getLineAndCharacterOfPosition(start).line + 1}: ${message}`;
}
