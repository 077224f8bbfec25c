import { emitReport, type ReportFormat } from "./emit-report.ts";
import type { Diagnostic } from "./errors.ts";
import { readMapping } from "./load-config.ts";
import type { AccessReport } from "./model.ts";

export type { ReportFormat } from "./emit-report.ts";

/** Where a config is, and how its report is written. */
export interface ReportOptions {
  /** Folder that relative paths start from and where the config is looked for; absolute. */
  readonly cwd: string;
  /** Path of the config. Default: `openapi-m2m.config.{ts,js,mjs,json,yaml,yml}` in `cwd`. */
  readonly config?: string | undefined;
  /** Default `"html"`. */
  readonly format?: ReportFormat | undefined;
}

/** Who can call what, as data and as a page. */
export interface ReportResult {
  readonly report: AccessReport;
  /** The report in the format asked for; the same for the same input, on any machine. */
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
  /** Absolute paths, or URLs, of the config and of everything that was read for its clients. */
  readonly inputs: readonly string[];
}

/**
 * Tells who can call what, by a config and its documents: APIs, operations, scopes and token clients. Generates and
 * writes nothing, and asks no authorization server.
 *
 * @throws {GeneratorError} with every problem of the first stage that found one, as generating does
 */
export async function report({ cwd, config: given, format = "html" }: ReportOptions): Promise<ReportResult> {
  const mapping = await readMapping(cwd, given);
  // What reads documents takes longer to load than all of the above.
  const { readApis } = await import("./report/read-apis.ts");
  const { report: access, warnings, inputs } = await readApis(mapping);
  const text = emitReport(access, format);
  return { report: access, text, warnings, inputs: [mapping.file, ...inputs] };
}
