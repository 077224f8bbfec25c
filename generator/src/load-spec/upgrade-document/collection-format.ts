import { asObject, isObject, type JsonObject } from "../../document.ts";
import type { Finding } from "../../errors.ts";

/** What can be said of the lists in each place; the first is the default (OpenAPI 2.0, Parameter Object). */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  query: ["csv", "multi", "ssv", "pipes", "tsv"],
  formData: ["csv", "multi", "ssv", "pipes"],
  path: ["csv"],
  header: ["csv"],
};

/** OpenAPI 3 has no style for tabs: the name of this one is ours. */
const TABS = { style: "tabDelimited", explode: false };

export interface Mended {
  readonly parameter: JsonObject;
  /** What could not be kept. */
  readonly finding?: Finding;
}

const FIX = "join the values before the call, or declare csv";

/**
 * Gives a parameter that is a list a `collectionFormat` which OpenAPI 3 has an equivalent of, or we have a style for.
 * Where there is none, the caller has to join the list: the parameter becomes a string, and what goes over the wire
 * stays right.
 */
export function mendCollectionFormat(parameter: JsonObject): Mended {
  if (parameter["type"] !== "array") return { parameter };
  const [byDefault, ...others] = FORMATS[String(parameter["in"])] ?? [];
  const given = parameter["collectionFormat"] ?? byDefault;
  // A path or a header has each name once.
  const format = given === "multi" && others.length === 0 ? byDefault : given;
  if (format !== byDefault && !others.includes(String(format))) {
    const message = `a list with collectionFormat ${JSON.stringify(format)} is no list in OpenAPI 3; a string is taken`;
    return { parameter: asText(parameter), finding: { message, fix: FIX } };
  }
  const items = asObject(parameter["items"]);
  const listed = { ...parameter, items, collectionFormat: format, ...(format === "tsv" && TABS) };
  if (items["type"] !== "array") return { parameter: listed };
  const message = "a list in a list is no parameter of OpenAPI 3; strings are taken for the inner ones";
  return { parameter: { ...listed, items: asText(items) }, finding: { message, fix: FIX } };
}

const LIST_KEYWORDS = /^(items|collectionFormat|minItems|maxItems|uniqueItems|default|enum|format)$/;

function asText(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => !LIST_KEYWORDS.test(key));
  return { ...Object.fromEntries(kept), type: "string" };
}

/** Whether a form with this field can only be multipart. */
export function isFile(parameter: unknown): boolean {
  return isObject(parameter) && parameter["type"] === "file";
}
