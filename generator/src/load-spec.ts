import { asString } from "./document.ts";
import { type Diagnostic, errorAt, type Finding } from "./errors.ts";
import { Findings } from "./load-spec/findings.ts";
import { locateIn } from "./load-spec/locate.ts";
import { normalizeDocument } from "./load-spec/normalize-document.ts";
import { locateOrigin } from "./load-spec/origin.ts";
import { parseDocument } from "./load-spec/parse-document.ts";
import { readPolicy } from "./load-spec/read-policy.ts";
import { readSource, type SourceText } from "./load-spec/read-source.ts";
import { EVERYTHING } from "./load-spec/select-operations.ts";
import { type SourceFile, SourceFiles } from "./load-spec/source-files.ts";
import { shownLocation } from "./load-spec/source-location.ts";
import type { ClientTarget, LoadedSpec } from "./model.ts";

/**
 * Reads a client's OpenAPI document, of one file or several, and makes of it what the later stages build on: one
 * document of one dialect, its operations complete, its references sound. Does not validate it against the
 * specification: what a document gets wrong is worked around in the narrowest way and reported, an error only
 * when the config says `strict`.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_*` for what cannot be read, is of another version, has no operations or no end
 */
export async function loadSpec(target: ClientTarget): Promise<LoadedSpec> {
  const policy = readPolicy(target);
  const warnings: Diagnostic[] = [];
  const read = async (location: string) => {
    const source = await readSource(location, policy);
    warnings.push(...source.warnings);
    return source;
  };
  const parse = ({ location, text }: SourceText): SourceFile => {
    const shown = shownLocation(location);
    const { document, warnings: oddities } = parseDocument(shown, text);
    warnings.push(...oddities);
    return { location, root: document, locate: locateIn(shown, text) };
  };
  const root = parse(await read(target.spec));
  checkVersion(root);
  const files = new SourceFiles(root, { read, parse });
  const { findings, normalized } = await normalizeAll(root, files);
  if (target.strict) findings.throwIfAny();
  warnings.push(...findings.warnings());
  const { document, operations, origins } = normalized;
  if (operations.length === 0) {
    const fix = "add an operation under paths; webhooks and callbacks are not called";
    throw fail(root, "ERR_DOCUMENT_EMPTY", {
      pointer: "#/paths",
      message: "the document has no operations",
      fix,
    });
  }
  return { target, document, operations, warnings, locate: locateOrigin(root, origins) };
}

/** Anew with every file that it turns out to need: what is found then depends on nothing but the document. */
async function normalizeAll(root: SourceFile, files: SourceFiles) {
  for (;;) {
    const findings = new Findings();
    const normalized = normalizeDocument(root, { files, findings, selection: EVERYTHING });
    if (!(await files.readMissing())) return { findings, normalized };
  }
}

function checkVersion(file: SourceFile): void {
  const { openapi, swagger } = file.root;
  const version = asString(openapi);
  if (version !== undefined && /^3\.[012](\.\d+)?(-.+)?$/.test(version)) return;
  const message =
    version === undefined
      ? "is no OpenAPI document: `openapi` is missing or is not a string"
      : `version ${version} is not supported; 3.0, 3.1 and 3.2 are`;
  const fix = "say `openapi: 3.1.0` or convert it";
  if (openapi !== undefined || swagger === undefined)
    throw fail(file, "ERR_DOCUMENT_VERSION", { pointer: "#/openapi", message, fix });
  throw fail(file, "ERR_DOCUMENT_VERSION", {
    pointer: "#/swagger",
    message: "Swagger 2.0 is not read yet; OpenAPI 3.0 and 3.1 are",
    fix: "convert it to OpenAPI 3.0 or 3.1",
  });
}

function fail(file: SourceFile, code: "ERR_DOCUMENT_VERSION" | "ERR_DOCUMENT_EMPTY", finding: Finding) {
  return errorAt(code, file.locate(finding.pointer ?? "#"), finding);
}
