// Checks what a tsconfig.json names and says what it took: node check-types.mjs TSCONFIG
import ts from "typescript";

const host = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => console.error(problem.messageText),
};
const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(process.argv[2], {}, host);
const program = ts.createProgram(fileNames, options);
program.getTypeChecker();
const cpu = process.cpuUsage();
const start = performance.now();
const errors = program.getSemanticDiagnostics();
const checkMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
const instantiations = program.getInstantiationCount();
console.log(
  JSON.stringify({ checkMs, checkCpuMs: (user + system) / 1000, instantiations, errors: errors.length }),
);
for (const error of errors.slice(0, 3)) {
  console.error(error.file?.fileName, ts.flattenDiagnosticMessageText(error.messageText, "\n"));
}
