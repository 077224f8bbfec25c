import { asObject, asString, formatPointer, isObject, type JsonObject, refOf } from "../../document.ts";
import type { SourceOperation } from "../../model.ts";
import { annotationsOf, copyText } from "./annotations.ts";
import { normalizeResponses, requestBodyOrRef } from "./bodies.ts";
import { completeParameters, type Declared, normalizeParameters, type PathParameters } from "./parameters.ts";
import type { Target } from "./resolve-ref.ts";
import { normalizeSecurity } from "./security.ts";
import { serversIn } from "./servers.ts";
import type { Walk } from "./walk.ts";

/** What an operation inherits, and where it is in the normalised document. */
export interface OperationContext extends PathParameters {
  /** As in the path item. */
  readonly method: string;
  /** Those of the path item, else of the document. */
  readonly servers: SourceOperation["servers"];
  readonly security: SourceOperation["security"];
}

/** An operation in full, and where its parameters came from. */
export interface CompleteOperation {
  readonly source: SourceOperation;
  readonly declared: readonly Declared[];
}

/** Follows the reference that an operation must not be, and some are. */
export function operationAt(walk: Walk, target: Target): (Target & { value: JsonObject }) | undefined {
  return walk.at(target, () => {
    const ref = refOf(target.value);
    const found = ref === undefined ? target : walk.resolve("operations", ref);
    if (found === undefined) return undefined;
    return isObject(found.value) ? { ...found, value: found.value } : walk.leaveOut("an operation object");
  });
}

/** Normalises the operation that the walk is at. */
export function normalizeOperation(
  walk: Walk,
  operation: JsonObject,
  context: OperationContext,
): CompleteOperation {
  const { path, method } = context;
  const own = walk.within("parameters", () => normalizeParameters(walk, operation["parameters"]));
  const declared = completeParameters(walk, context, own);
  const ownSecurity = walk.within("security", () => normalizeSecurity(walk, operation["security"]));
  const security = ownSecurity ?? context.security;
  const tags = tagsOf(operation);
  const id: JsonObject = {};
  copyText(walk, operation, "operationId", id);
  const source: SourceOperation = {
    pointer: formatPointer(["paths", path, method]),
    path,
    method,
    operation: {
      ...id,
      ...annotationsOf(walk, operation),
      ...(tags.length > 0 && { tags }),
      ...(declared.length > 0 && { parameters: declared.map(({ written }) => written) }),
      ...bodiesOf(walk, operation),
      ...(ownSecurity !== undefined && { security: ownSecurity }),
    },
    parameters: declared.map(({ parameter }) => parameter),
    servers: serversIn(walk, operation) ?? context.servers,
    ...(security !== undefined && { security }),
    tags,
  };
  return { source, declared };
}

/** Without what is no tag, each of them once. */
export function tagsOf(operation: JsonObject): readonly string[] {
  const { tags } = operation;
  return Array.isArray(tags) ? [...new Set(tags.filter((tag) => typeof tag === "string"))] : [];
}

function bodiesOf(walk: Walk, { requestBody, responses }: JsonObject): JsonObject {
  const body =
    requestBody === undefined || requestBody === null
      ? undefined
      : walk.within("requestBody", () => requestBodyOrRef(walk, requestBody));
  return {
    ...(body !== undefined && { requestBody: body }),
    responses: walk.within("responses", () => normalizeResponses(walk, responses)),
  };
}

/** What a filter goes by, before anything is made of the operation. */
export function idOf(operation: JsonObject): string | undefined {
  return asString(asObject(operation)["operationId"]);
}
