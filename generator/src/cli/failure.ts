import { type Diagnostic, GeneratorError } from "../errors.ts";
import { worstFirst } from "../format-diagnostics.ts";
import { CommandError } from "./command-error.ts";
import { diagnosticJson, printJson } from "./json.ts";
import { processRedactor } from "./redactor.ts";
import { printAside, printCommandError, printDiagnostics } from "./terminal.ts";

/** Says why nothing came of a command: on the standard error, or as JSON on the standard output where that is wanted. */
export function printFailure(error: unknown, isJson: boolean): void {
  if (error instanceof GeneratorError) printMistakes(error.code, diagnosticsOf(error), isJson);
  else if (!(error instanceof CommandError)) printDefect(error, isJson);
  else if (!isJson) printCommandError(error);
  else printJson(commandErrorJson(error));
}

function commandErrorJson({ code, message, details, fix }: CommandError): object {
  return { ok: false, code, message, ...(details.length > 0 && { details }), fix };
}

function printMistakes(code: string, diagnostics: readonly Diagnostic[], isJson: boolean): void {
  if (isJson) printJson({ ok: false, code, diagnostics: worstFirst(diagnostics).map(diagnosticJson) });
  else printDiagnostics(diagnostics);
}

/** A config that fails may quote what it read from the environment. */
function diagnosticsOf({ code, diagnostics }: GeneratorError): readonly Diagnostic[] {
  if (code !== "ERR_CONFIG_UNREADABLE") return diagnostics;
  const redact = processRedactor();
  return diagnostics.map((diagnostic) => ({ ...diagnostic, message: redact.error(diagnostic.message) }));
}

/** What nobody thought of, with what it takes to find it. */
function printDefect(error: unknown, isJson: boolean): void {
  const redact = processRedactor();
  const message = "failed, and should have said why: please report it with what follows";
  if (isJson) printJson({ ok: false, code: "ERR_DEFECT", message });
  printCommandError({ message });
  printAside(`${redact.error(error instanceof Error ? String(error.stack) : String(error))}\n`);
}
