import type { Diagnostic } from "../errors.ts";
import type { ApiChanges } from "../model.ts";
import type { StaleFile } from "../write-files.ts";

/** A client that was generated, or would be. */
export interface ClientSummary {
  readonly className: string;
  /** In the output folder. */
  readonly folder: string;
  /** Path or URL of its document. */
  readonly spec: string;
  /** How many there are. */
  readonly operations: number;
}

/** What was generated, or would be. */
export interface GenerateResult {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** How many files there are. */
  readonly files: number;
  /** How the imports in them end. */
  readonly importExtension: "js" | "ts";
  /** Files that were written or removed; with `check`, that would be. */
  readonly stale: readonly StaleFile[];
  readonly clients: readonly ClientSummary[];
  /** What changed in the APIs since their clients were generated before. */
  readonly changes: readonly ApiChanges[];
  readonly warnings: readonly Diagnostic[];
  /** Absolute paths of the files that the clients depend on, the config first; those too that were looked for in vain. */
  readonly inputs: readonly string[];
}
