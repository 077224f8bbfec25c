// Times the completion of a name while somebody types: node complete.mjs FILE; the cursor is where the file says /*|*/.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { median } from "../report.mjs";
import { COMPILER_OPTIONS } from "./projects.mjs";

const [file = ""] = process.argv.slice(2);
const [before, after] = readFileSync(file, "utf8").split("/*|*/");
let text = before + after;
let version = 0;

const { options } = ts.convertCompilerOptionsFromJson(COMPILER_OPTIONS, ".");
const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : "0"),
  getScriptSnapshot: (name) => {
    const content = name === file ? text : ts.sys.readFile(name);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getCompilationSettings: () => options,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});

let entries = 0;
const times = ["", "l", "li", "lis", "list", "lis", "li", "l", "g", "ge", "get"].map((typed) => {
  version += 1;
  text = before + typed + after;
  const start = process.cpuUsage();
  const begun = performance.now();
  entries = service.getCompletionsAtPosition(file, before.length + typed.length, {})?.entries.length ?? 0;
  const { user, system } = process.cpuUsage(start);
  return { wallMs: performance.now() - begun, cpuMs: (user + system) / 1000 };
});
// The first includes reading everything.
const later = times.slice(2);
const completionMs = median(later.map(({ wallMs }) => wallMs));
const completionCpuMs = median(later.map(({ cpuMs }) => cpuMs));
console.log(JSON.stringify({ completionMs, completionCpuMs, entries }));
