import { worstFirst } from "../../format-diagnostics.ts";
import type { GenerateResult } from "../../generate.ts";
import { diagnosticJson, printJson } from "../json.ts";
import { fromHere } from "../terminal.ts";

/** Prints what came of a run. Paths are relative to the working folder. */
export function printResult({ output, inputs, warnings, clients, ...rest }: GenerateResult): void {
  printJson({
    ok: true,
    output: fromHere(output),
    ...rest,
    clients: clients.map((client) => ({ ...client, spec: fromHere(client.spec) })),
    warnings: worstFirst(warnings).map(diagnosticJson),
    inputs: inputs.map(fromHere),
  });
}
