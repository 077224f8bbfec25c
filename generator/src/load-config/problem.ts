import { formatPath } from "../document.ts";
import { type Aspect, type Diagnostic, diagnosticAt } from "../errors.ts";
import type { ConfigSource } from "./read-config.ts";

/** Something wrong in a config, by its path. */
export interface Problem {
  readonly path: readonly string[];
  /** Whether it is the key that is wrong. Default: the value. */
  readonly about?: Aspect;
  readonly message: string;
  readonly fix: string;
}

export function diagnosticOf({ path, about, message, fix }: Problem, source: ConfigSource): Diagnostic {
  return diagnosticAt(source.locate(path, about), { pointer: formatPath(path), message, fix });
}
