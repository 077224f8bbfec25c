import { asString, type JsonObject } from "./document.ts";
import { type Diagnostic, GeneratorError } from "./errors.ts";
import { bundleDocument } from "./load-spec/bundle-document.ts";
import { checkRefs } from "./load-spec/check-refs.ts";
import { listOperations } from "./load-spec/list-operations.ts";
import { locateIn } from "./load-spec/locate.ts";
import { parseDocument } from "./load-spec/parse-document.ts";
import { readPolicy } from "./load-spec/read-policy.ts";
import { readSource } from "./load-spec/read-source.ts";
import { type Report, reporter } from "./load-spec/report.ts";
import { simplifyRefs } from "./load-spec/simplify-refs.ts";
import { shownLocation } from "./load-spec/source-location.ts";
import type { ClientTarget, LoadedSpec } from "./model.ts";

/**
 * Reads a client's OpenAPI 3.0 or 3.1 document, of one file or several, and makes sure of what the later stages
 * build on: its version, its references, that it has operations. Does not validate it against the
 * specification: real documents break it in places that do not matter here.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_*` with every problem of the first kind found
 */
export async function loadSpec(target: ClientTarget): Promise<LoadedSpec> {
  const policy = readPolicy(target);
  const { location, text, warnings: encoding } = await readSource(target.spec, policy);
  const spec = shownLocation(location);
  const locate = locateIn(spec, text);
  const report = reporter(locate);
  const { document: parsed, warnings: oddities } = parseDocument(spec, text);
  checkVersion(parsed, report);
  const { isWhole } = checkRefs(parsed, report);
  const whole = isWhole ? parsed : await bundleDocument(location, text, parsed, report, policy);
  if (!isWhole) checkRefs(whole, report);
  const { operations, warnings, document } = listOperations(simplifyRefs(whole), report);
  if (operations.length === 0) {
    const fix = "add an operation under paths; webhooks and callbacks are not called";
    throw new GeneratorError("ERR_DOCUMENT_EMPTY", [
      report("#/paths", "the document has no operations", fix),
    ]);
  }
  return { target, document, operations, warnings: [...encoding, ...oddities, ...warnings], locate };
}

function checkVersion(document: JsonObject, report: Report): void {
  const version = asString(document["openapi"]);
  if (version !== undefined && /^3\.[01]\.\d+(-.+)?$/.test(version)) return;
  throw new GeneratorError("ERR_DOCUMENT_VERSION", [unsupported(document, version, report)]);
}

function unsupported(document: JsonObject, version: string | undefined, report: Report): Diagnostic {
  if (document["openapi"] === undefined && "swagger" in document) {
    const message = "Swagger 2.0 is not read yet; OpenAPI 3.0 and 3.1 are";
    return report("#/swagger", message, "convert it to OpenAPI 3.0 or 3.1");
  }
  const message =
    version === undefined
      ? "is no OpenAPI document: `openapi` is missing or is not a string"
      : `version ${version} is not supported; 3.0 and 3.1 are`;
  return report("#/openapi", message, "say `openapi: 3.1.0` or convert it");
}
