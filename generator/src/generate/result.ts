import type { Diagnostic } from "../errors.ts";
import type { StaleFile } from "../write-files.ts";

export interface GenerateResult {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** How many files there are. */
  readonly files: number;
  /** How the imports in them end. */
  readonly importExtension: "js" | "ts";
  /** Files that were written or removed; with `check`, that would be. */
  readonly stale: readonly StaleFile[];
  readonly warnings: readonly Diagnostic[];
}
