import { asObject, asString, formatPointer, getAt, type JsonObject } from "./document.ts";
import { type Diagnostic, errorAt, type Finding, GeneratorError } from "./errors.ts";
import { type CutReason, cutCycles } from "./load-spec/cut-cycles.ts";
import { DocumentReader } from "./load-spec/document-reader.ts";
import { Findings } from "./load-spec/findings.ts";
import { type NormalizedDocument, normalizeDocument } from "./load-spec/normalize-document.ts";
import { readPolicy } from "./load-spec/read-policy.ts";
import { OperationSelection } from "./load-spec/select-operations.ts";
import { type SourceFile, SourceFiles } from "./load-spec/source-files.ts";
import { splitDirections } from "./load-spec/split-directions.ts";
import { splitInheritance } from "./load-spec/split-inheritance.ts";
import { isSwagger, type UpgradedDocument, upgradeDocument } from "./load-spec/upgrade-document.ts";
import type { ClientTarget, LoadedSpec } from "./model.ts";

/**
 * Reads a client's OpenAPI document, of one file or several, and makes of it what the later stages build on: one
 * document of one dialect, its operations complete, its references sound. Does not validate it against the
 * specification: what a document gets wrong is worked around in the narrowest way and reported, an error only
 * when the config says `strict`.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_*` for what cannot be read, is of another version, has no operations or no end;
 *   `ERR_CONFIG_INVALID` where the config has it wrong where the document is
 */
export async function loadSpec(target: ClientTarget): Promise<LoadedSpec> {
  if (target.problems !== undefined) throw new GeneratorError("ERR_CONFIG_INVALID", target.problems);
  const reader = new DocumentReader(readPolicy(target));
  try {
    return await loadWith(reader, target);
  } catch (error) {
    throw withWarnings(error, reader.warnings());
  }
}

/** What was found on the way to an error: one run shows everything that is to be mended. */
function withWarnings(error: unknown, warnings: readonly Diagnostic[]): unknown {
  if (!(error instanceof GeneratorError) || warnings.length === 0) return error;
  return new GeneratorError(error.code, [...error.diagnostics, ...warnings], { cause: error });
}

async function loadWith(reader: DocumentReader, target: ClientTarget): Promise<LoadedSpec> {
  const file = reader.parse(await reader.read(target.spec));
  checkVersion(file);
  const upgraded = await upgradeDocument(file, reader);
  const { normalized, findings, selection } = await normalizeAll(upgraded, target);
  const { document, operations, origins } = normalized;
  const sound = giveTypes(document, (name, reason) => reportCut(name, reason, { normalized, findings }));
  const warnings = [
    ...reader.warnings(),
    ...selection.unmatched(),
    ...upgraded.findings.warnings(),
    ...findings.warnings(),
  ];
  if (target.strict && warnings.length > 0) throw strictError(findings, warnings);
  if (operations.length === 0) {
    const error = withoutOperations(upgraded.root, selection);
    throw withWarnings(error, [...upgraded.findings.warnings(), ...findings.warnings()]);
  }
  return {
    target,
    ...splitDirections({ document: sound, operations }),
    sources: await reader.hashes(),
    warnings,
    locate: (pointer) => origins.locate(pointer),
  };
}

function strictError(findings: Findings, warnings: readonly Diagnostic[]): GeneratorError {
  const errors = warnings.map((warning): Diagnostic => ({ ...warning, severity: "error" }));
  return new GeneratorError(findings.code() ?? "ERR_DOCUMENT_INVALID", errors);
}

function withoutOperations(root: SourceFile, selection: OperationSelection): GeneratorError {
  const culprits = selection.culprits();
  if (culprits.length > 0) return new GeneratorError("ERR_DOCUMENT_EMPTY", culprits);
  const fix = "add an operation under paths; webhooks and callbacks are not called";
  const finding = { pointer: "#/paths", message: "the document has no operations", fix };
  return fail(root, "ERR_DOCUMENT_EMPTY", finding);
}

/** Anew with every file that it turns out to need: what is found then depends on nothing but the document. */
async function normalizeAll({ root, access }: UpgradedDocument, target: ClientTarget) {
  const files = new SourceFiles(root, access);
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const findings = new Findings();
    const selection = new OperationSelection(target);
    const normalized = normalizeDocument(root, { files, findings, selection });
    const isMore = await files.readMissing().catch((error: unknown) => {
      throw withWarnings(error, findings.warnings());
    });
    if (!isMore) return { normalized, findings, selection };
  }
  const message = `its files lead on to each other in more than ${MAX_ROUNDS} steps`;
  throw errorAt("ERR_DOCUMENT_REF", root.locate("#"), { message, fix: "put some of them together" });
}

/** Files that only the one before leads to: each takes a walk through all of the document. */
const MAX_ROUNDS = 200;

/** The document, of whose component schemas every one has a type that ends. */
function giveTypes(document: JsonObject, report: (schema: string, reason: CutReason) => void): JsonObject {
  const components = asObject(document["components"]);
  const schemas = cutCycles(splitInheritance(asObject(components["schemas"])), report);
  return { ...document, components: { ...components, schemas } };
}

const CUTS: Readonly<Record<CutReason, { is: string; fix: string }>> = {
  cycle: { is: "is made of itself", fix: "say what it is, or put it into a property" },
  depth: { is: "is made of others that are too many levels deep", fix: "refer to the last of them" },
};

/** Only what the document itself has is reported, not what was made of it. */
function reportCut(
  name: string,
  reason: CutReason,
  { normalized: { document, origins }, findings }: { normalized: NormalizedDocument; findings: Findings },
): void {
  const pointer = formatPointer(["components", "schemas", name]);
  if (getAt(document, ["components", "schemas", name]) === undefined) return;
  const { is, fix } = CUTS[reason];
  const message = `the schema "${name}" ${is}; that part of it is left out`;
  findings.add("ERR_DOCUMENT_INVALID", origins.placeOf(pointer), { message, fix });
}

function checkVersion(file: SourceFile): void {
  if (isSwagger(file.root)) return;
  const { openapi, swagger } = file.root;
  const version = asString(openapi ?? swagger);
  if (openapi !== undefined && version !== undefined && /^3\.[012](\.\d+)?(-.+)?$/.test(version)) return;
  const message =
    version === undefined
      ? "is no OpenAPI document: `openapi` is missing or is not a string"
      : `version ${version} is not supported; Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are`;
  const fix = "say `openapi: 3.1.0` or convert it";
  const pointer = openapi === undefined && swagger !== undefined ? "#/swagger" : "#/openapi";
  throw fail(file, "ERR_DOCUMENT_VERSION", { pointer, message, fix });
}

function fail(file: SourceFile, code: "ERR_DOCUMENT_VERSION" | "ERR_DOCUMENT_EMPTY", finding: Finding) {
  return errorAt(code, file.locate(finding.pointer ?? "#"), finding);
}
