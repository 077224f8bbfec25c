export { defineConfig } from "./define-config.ts";
export {
  type Diagnostic,
  formatDiagnostic,
  GeneratorError,
  type GeneratorErrorCode,
  type Position,
} from "./errors.ts";
export { type GenerateOptions, type GenerateResult, generate } from "./generate.ts";
export type { ClientConfig, TokenClientMapping, UserConfig } from "./model.ts";
export type { StaleFile } from "./write-files.ts";
