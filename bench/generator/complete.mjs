// Times the completion of a name while somebody types: node complete.mjs FILE; the cursor is where the file says /*|*/.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { median } from "../report.mjs";
import { COMPILER_OPTIONS } from "./projects.mjs";

const [file = ""] = process.argv.slice(2);
const [before, after] = readFileSync(file, "utf8").split("/*|*/");
let text = before + after;
let version = 0;

// Read once, as editors do: what is open changes in the editor, what is not is watched.
const snapshots = new Map();
function readSnapshot(name) {
  if (!snapshots.has(name)) {
    const content = ts.sys.readFile(name);
    snapshots.set(name, content === undefined ? undefined : ts.ScriptSnapshot.fromString(content));
  }
  return snapshots.get(name);
}

const { options } = ts.convertCompilerOptionsFromJson(
  { ...COMPILER_OPTIONS, module: "esnext", moduleResolution: "bundler" },
  ".",
);
const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : "0"),
  getScriptSnapshot: (name) => (name === file ? ts.ScriptSnapshot.fromString(text) : readSnapshot(name)),
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getCompilationSettings: () => options,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});

let entries = 0;
const WORD = "listRepositories";
const times = Array.from({ length: 32 }, (_, index) => WORD.slice(0, index % WORD.length)).map((typed) => {
  version += 1;
  text = before + typed + after;
  const start = process.cpuUsage();
  const begun = performance.now();
  entries = service.getCompletionsAtPosition(file, before.length + typed.length, {})?.entries.length ?? 0;
  const { user, system } = process.cpuUsage(start);
  return { wallMs: performance.now() - begun, cpuMs: (user + system) / 1000 };
});
const [{ wallMs: coldMs, cpuMs: coldCpuMs }, ...later] = times;
const warmMs = median(later.map(({ wallMs }) => wallMs));
const warmCpuMs = median(later.map(({ cpuMs }) => cpuMs));
console.log(JSON.stringify({ coldMs, coldCpuMs, warmMs, warmCpuMs, entries }));
