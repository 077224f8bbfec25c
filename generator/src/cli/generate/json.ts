import { type Diagnostic, type GeneratorError, withPaths } from "../../errors.ts";
import { worstFirst } from "../../format-diagnostics.ts";
import type { GenerateResult } from "../../generate.ts";
import { place, print } from "../terminal.ts";

/** Prints what came of a run. Paths are relative to the working folder. */
export function printResult({ output, inputs, warnings, clients, ...rest }: GenerateResult): void {
  printJson({
    ok: true,
    output: place(output),
    ...rest,
    clients: clients.map((client) => ({ ...client, spec: place(client.spec) })),
    warnings: worstFirst(warnings).map(toJson),
    inputs: inputs.map(place),
  });
}

/** Prints why nothing came of it. */
export function printFailure({ code, diagnostics }: GeneratorError): void {
  printJson({ ok: false, code, diagnostics: worstFirst(diagnostics).map(toJson) });
}

function toJson(diagnostic: Diagnostic): object {
  const { mentions: _, ...rest } = withPaths(diagnostic, place);
  return rest;
}

function printJson(value: unknown): void {
  print(`${JSON.stringify(value, undefined, 2)}\n`);
}
