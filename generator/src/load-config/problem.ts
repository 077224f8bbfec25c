import { formatPath } from "../document.ts";
import { type Diagnostic, diagnosticAt } from "../errors.ts";
import type { ConfigSource } from "./read-config.ts";

/** Something wrong in a config, by its path. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
  readonly fix?: string | undefined;
}

export function diagnosticOf({ path, message, fix }: Problem, source: ConfigSource): Diagnostic {
  return diagnosticAt(source.locate(path), { pointer: formatPath(path), message, fix });
}
