import {
  asObject,
  formatPointer,
  getAt,
  isObject,
  type JsonObject,
  own,
  parsePointer,
  refOf,
} from "../document.ts";
import { type Diagnostic, GeneratorError, reasonOf } from "../errors.ts";
import { suggestion } from "../names.ts";
import type { Report } from "./report.ts";
import { walkObjects } from "./walk-objects.ts";

/** openapi-typescript prints the first part of a ref as an identifier: any other would be code of the document's. */
const ROOTS = /^#\/(components|paths|webhooks|\$defs)\//;

/**
 * Checks every `$ref`: those within the document lead somewhere, the others are files beside it.
 *
 * @returns whether none leads to another file
 * @throws {GeneratorError} `ERR_DOCUMENT_REF` with every ref that does not; `ERR_DOCUMENT_INVALID` for a
 * document without an end
 */
export function checkRefs(document: JsonObject, report: Report): { isWhole: boolean } {
  const problems: Diagnostic[] = [];
  let isWhole = true;
  const check = (holder: JsonObject, path: readonly (string | number)[]) => {
    const ref = refOf(holder);
    if (ref === undefined) return;
    if (isFileRef(ref)) isWhole = false;
    const problem = problemWith(document, ref);
    if (problem) problems.push(report(formatPointer([...path, "$ref"]), problem.message, problem.fix));
  };
  try {
    walkObjects(document, check);
  } catch (cause) {
    throw new GeneratorError("ERR_DOCUMENT_INVALID", [report("#", `the document ${reasonOf(cause)}`)], {
      cause,
    });
  }
  if (problems.length > 0) throw new GeneratorError("ERR_DOCUMENT_REF", problems);
  return { isWhole };
}

function isFileRef(ref: string): boolean {
  return !ref.startsWith("#") && !isRemote(ref);
}

function isRemote(ref: string): boolean {
  return /^([a-z][a-z\d+.-]*:|\/\/)/i.test(ref);
}

function problemWith(document: JsonObject, ref: string): { message: string; fix?: string } | undefined {
  if (isRemote(ref))
    return { message: `remote $ref "${ref}" is refused`, fix: "copy the file beside the document" };
  if (isFileRef(ref)) return undefined;
  const parts = parsePointer(ref);
  if (parts === undefined || !ROOTS.test(ref)) {
    const fix = "a $ref begins with #/components/, #/paths/, #/webhooks/ or #/$defs/";
    return { message: `$ref "${ref}" has another root than is supported`, fix };
  }
  if (isTarget(getAt(document, parts))) return undefined;
  const fix = suggestTarget(document, parts);
  return { message: `$ref "${ref}" leads nowhere`, ...(fix !== undefined && { fix }) };
}

/** Schemas may be booleans in 3.1. */
function isTarget(value: unknown): boolean {
  return isObject(value) || typeof value === "boolean";
}

function suggestTarget(document: JsonObject, parts: readonly string[]): string | undefined {
  const last = parts.at(-1) ?? "";
  return (
    suggestion(last, Object.keys(asObject(getAt(document, parts.slice(0, -1))))) ?? elsewhere(document, last)
  );
}

function elsewhere(document: JsonObject, name: string): string | undefined {
  const kinds = Object.entries(asObject(document["components"]));
  const kind = kinds.find(([, group]) => own(group, name) !== undefined)?.[0];
  return kind && `there is ${formatPointer(["components", kind, name])}`;
}
