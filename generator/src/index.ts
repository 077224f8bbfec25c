export { defineConfig } from "./define-config.ts";
export {
  type Diagnostic,
  formatDiagnostic,
  GeneratorError,
  type GeneratorErrorCode,
  type Position,
} from "./errors.ts";
export type { Excerpt, ExcerptLine } from "./excerpt.ts";
export { type FormatOptions, formatDiagnostics, worstFirst } from "./format-diagnostics.ts";
export {
  type ApiChanges,
  type ChangedOperation,
  type ChangedPart,
  type ClientSummary,
  type GenerateOptions,
  type GenerateResult,
  generate,
  type OperationName,
} from "./generate.ts";
export type {
  AccessFinding,
  AccessReport,
  CallAccess,
  ClientAccess,
  ClientConfig,
  Effect,
  EffectCounts,
  FindingKind,
  Guard,
  OperationAccess,
  OperationFilter,
  ScopeAccess,
  TokenClientAccess,
  TokenClientMapping,
  TokenReach,
  UserConfig,
} from "./model.ts";
export { type ReportFormat, type ReportOptions, type ReportResult, report } from "./report.ts";
export type { StaleFile } from "./write-files.ts";
