import { asString } from "./document.ts";
import { type Diagnostic, errorAt, type Finding, type GeneratorError } from "./errors.ts";
import { Findings } from "./load-spec/findings.ts";
import { normalizeDocument } from "./load-spec/normalize-document.ts";
import { locateIn } from "./load-spec/parse-document/locate.ts";
import { parseDocument } from "./load-spec/parse-document.ts";
import { type ReadPolicy, readPolicy } from "./load-spec/read-policy.ts";
import { readSource, type SourceText } from "./load-spec/read-source.ts";
import { OperationSelection } from "./load-spec/select-operations.ts";
import { type FileAccess, type SourceFile, SourceFiles } from "./load-spec/source-files.ts";
import { shownLocation } from "./load-spec/source-location.ts";
import { splitDirections } from "./load-spec/split-directions.ts";
import { isSwagger } from "./load-spec/upgrade-document.ts";
import { upgradeSource } from "./load-spec/upgrade-source.ts";
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
  const access = fileAccess(readPolicy(target));
  const first = access.parse(await access.read(target.spec));
  checkVersion(first);
  const { root, others, losses } = isSwagger(first.root)
    ? await upgradeSource(first, access)
    : { root: first, others: access, losses: [] };
  const files = new SourceFiles(root, others);
  const { findings, normalized, selection } = await normalizeAll(root, files, target);
  for (const { pointer, message, fix } of losses)
    findings.add("ERR_DOCUMENT_INVALID", { file: first, pointer }, message, fix);
  const oddities = [...access.oddities, ...selection.unmatched()];
  if (target.strict) findings.throwIfAny(oddities);
  const warnings = [...oddities, ...findings.warnings()];
  const { operations, origins } = normalized;
  if (operations.length === 0) throw withoutOperations(root, selection);
  const sources = await access.hashes();
  return {
    target,
    ...splitDirections(normalized),
    sources,
    warnings,
    locate: (pointer) => origins.locate(pointer),
  };
}

function withoutOperations(root: SourceFile, selection: OperationSelection): GeneratorError {
  const pointer = "#/paths";
  if (!selection.isPartial) {
    const fix = "add an operation under paths; webhooks and callbacks are not called";
    return fail(root, "ERR_DOCUMENT_EMPTY", { pointer, message: "the document has no operations", fix });
  }
  const message = "include and exclude in the config leave no operation";
  const [{ fix } = {}] = selection.unmatched();
  return fail(root, "ERR_DOCUMENT_EMPTY", { pointer, message, fix });
}

/** Each file is read and parsed once, whoever asks. */
function fileAccess(policy: ReadPolicy): CountedAccess {
  const sources = new Map<string, Promise<SourceText>>();
  const files = new Map<SourceText, SourceFile>();
  const oddities: Diagnostic[] = [];
  const read = (location: string): Promise<SourceText> => {
    const source = sources.get(location) ?? readSource(location, policy);
    sources.set(location, source);
    return source;
  };
  const parse = (source: SourceText): SourceFile => {
    const known = files.get(source);
    if (known !== undefined) return known;
    const { location, text, warnings } = source;
    const shown = shownLocation(location);
    const parsed = parseDocument(shown, text);
    oddities.push(...warnings, ...parsed.warnings);
    const isPlainJson = parsed.warnings.length === 0 && /^\s*\{/.test(text);
    const locate = locateIn(shown, text, { isPlainJson });
    const file = { location, root: parsed.document, locate };
    files.set(source, file);
    return file;
  };
  const hashes = async () => {
    const entries = [...sources].map(async ([location, source]) => {
      const hash = await source.then(({ hash }) => hash).catch(() => null);
      return [location, hash] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  return { read, parse, oddities, hashes };
}

interface CountedAccess extends FileAccess {
  readonly oddities: readonly Diagnostic[];
  /** Of all that was read so far. */
  hashes(): Promise<LoadedSpec["sources"]>;
}

/** Anew with every file that it turns out to need: what is found then depends on nothing but the document. */
async function normalizeAll(root: SourceFile, files: SourceFiles, target: ClientTarget) {
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const findings = new Findings();
    const selection = new OperationSelection(target);
    const normalized = normalizeDocument(root, { files, findings, selection });
    if (!(await files.readMissing())) return { findings, normalized, selection };
  }
  const message = `its files lead on to each other in more than ${MAX_ROUNDS} steps`;
  throw errorAt("ERR_DOCUMENT_REF", root.locate("#"), { message, fix: "put some of them together" });
}

/** Files that only the one before leads to: each takes a walk through all of the document. */
const MAX_ROUNDS = 200;

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
