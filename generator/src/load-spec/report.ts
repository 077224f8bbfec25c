import { type Diagnostic, diagnosticAt, type Position } from "../errors.ts";

/** Makes a diagnostic about the value at a pointer of the document. */
export type Report = (
  pointer: string,
  message: string,
  fix?: string,
  severity?: Diagnostic["severity"],
) => Diagnostic;

export function reporter(locate: (pointer: string) => Position): Report {
  return (pointer, message, fix, severity = "error") =>
    diagnosticAt(locate(pointer), { severity, pointer, message, fix });
}
