import {
  BaseResolver,
  bundle,
  createConfig,
  type Document,
  type NormalizedProblem,
  Source,
} from "@redocly/openapi-core";
import { isObject, type JsonObject } from "../document.ts";
import { type Diagnostic, diagnosticAt, GeneratorError } from "../errors.ts";
import { locateIn } from "./locate.ts";
import type { ReadPolicy } from "./read-policy.ts";
import { readSource } from "./read-source.ts";
import type { Report } from "./report.ts";

/**
 * Brings a document of several files into one.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_REF` for a file that cannot be read or is outside the document's folder
 */
export async function bundleDocument(
  spec: string,
  text: string,
  parsed: JsonObject,
  report: Report,
  policy: ReadPolicy,
): Promise<JsonObject> {
  const doc: Document = { source: new Source(spec, text), parsed: structuredClone(parsed) };
  const config = await createConfig({});
  const externalRefResolver = new PolicyResolver(policy);
  const { bundle: bundled, problems } = await bundle({ config, doc, externalRefResolver });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const diagnostics = errors.map(({ message, location: [place] }) =>
      place === undefined ? report("#", message) : diagnosticIn(place, message),
    );
    throw new GeneratorError("ERR_DOCUMENT_REF", diagnostics);
  }
  return isObject(bundled.parsed) ? bundled.parsed : {};
}

/** In whichever file of the document it is. */
function diagnosticIn(place: Place, message: string): Diagnostic {
  const { absoluteRef: file, body } = place.source;
  // What is not even YAML has lines, but no pointers.
  if (place.pointer === undefined) {
    return diagnosticAt({ file, line: place.start.line, column: place.start.col }, { message });
  }
  return diagnosticAt(locateIn(file, body)(place.pointer), { pointer: place.pointer, message });
}

type Place = NormalizedProblem["location"][number];

/** Reads what the policy allows. */
class PolicyResolver extends BaseResolver {
  readonly #policy: ReadPolicy;

  constructor(policy: ReadPolicy) {
    super();
    this.#policy = policy;
  }

  override async loadExternalRef(absoluteRef: string): Promise<Source> {
    const { text } = await readSource(absoluteRef, this.#policy);
    return new Source(absoluteRef, text);
  }
}
