import { astToString } from "openapi-typescript";
import { asArray, asObject, isObject, type JsonObject, resolve } from "./document.ts";
import { useItemSchemas } from "./emit-schema/item-schemas.ts";
import { transformDocument } from "./emit-schema/transform-document.ts";
import { errorAt, reasonOf } from "./errors.ts";
import type { ApiModel, LoadedSpec } from "./model.ts";

/**
 * Prints the types of a document, `paths`, `components` and `operations` among them, through openapi-typescript.
 *
 * Operations carry the keys that the model gives them, whatever their operationIds are.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` when openapi-typescript cannot make sense of a schema
 */
export function emitSchema(spec: LoadedSpec, model: ApiModel): string {
  const document = withKeys(spec.document, model);
  try {
    // openapi-typescript indents by four.
    return astToString(transformDocument(document)).replace(/^(?: {4})+/gm, (indent) =>
      " ".repeat(indent.length / 2),
    );
  } catch (cause) {
    const message = `openapi-typescript cannot turn the document into types: ${reasonOf(cause)}`;
    const finding = { pointer: "#", message, fix: "correct the schema that it names" };
    throw errorAt("ERR_DOCUMENT_INVALID", spec.locate("#"), finding, { cause });
  }
}

/** A copy: openapi-typescript changes what it is given. */
function withKeys(document: JsonObject, model: ApiModel): JsonObject {
  const copy = structuredClone(document);
  // Operations that are no methods must not appear under a name that is one.
  for (const group of [copy["webhooks"], asObject(copy["components"])["pathItems"]]) {
    for (const item of Object.values(asObject(group)))
      for (const value of Object.values(asObject(item))) strip(value);
  }
  const done = new Set<unknown>();
  for (const { pathTemplate, method, key, querystring } of model.operations) {
    const operation = asObject(asObject(asObject(copy["paths"])[pathTemplate])[method.toLowerCase()]);
    operation["operationId"] = key;
    useItemSchemas(copy, operation, done);
    if (querystring !== undefined) showQuerystring(copy, operation);
  }
  return copy;
}

/** openapi-typescript knows no `in: querystring`: it is given as the only parameter of the query. */
function showQuerystring(document: JsonObject, operation: JsonObject): void {
  operation["parameters"] = asArray(operation["parameters"]).map((written) => {
    const parameter = resolve(document, written);
    return parameter["in"] === "querystring" ? { ...parameter, in: "query" } : written;
  });
}

function strip(operation: unknown): void {
  if (isObject(operation)) delete operation["operationId"];
}
