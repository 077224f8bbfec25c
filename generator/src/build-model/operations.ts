import { asString, type JsonObject } from "../document.ts";
import type { AuthorizedOperation, OperationModel } from "../model.ts";
import { capitalize } from "../names.ts";
import type { AliasOf } from "./aliases.ts";
import { buildBody } from "./bodies.ts";
import { parametersIn, pathSegments } from "./parameters.ts";
import { querystringOf } from "./querystring.ts";
import { buildResponses, isStreamable } from "./responses.ts";

/** Everything about one method of a generated client. */
export function buildOperation(
  document: JsonObject,
  { source, name }: { source: AuthorizedOperation; name: string },
  aliasOf: AliasOf,
): OperationModel {
  const { operation, authorization } = source;
  const summary = asString(operation["summary"]);
  const description = asString(operation["description"]);
  const body = buildBody(document, operation, aliasOf);
  const querystring = querystringOf(document, source);
  return {
    name,
    inputType: `${capitalize(name)}Input`,
    resultType: `${capitalize(name)}Result`,
    ...(isStreamable(document, source) && { streamedType: streamedTypeOf(name) }),
    pointer: source.pointer,
    method: sentMethod(source.method),
    pathTemplate: source.path,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    deprecated: operation["deprecated"] === true,
    path: pathSegments(source),
    query: parametersIn(source, "query"),
    ...(querystring !== undefined && { querystring }),
    headers: parametersIn(source, "header"),
    cookies: parametersIn(source, "cookie"),
    ...(body !== undefined && { body }),
    responses: buildResponses(document, source, { aliasOf, token: authorization.token }),
    authorization,
  };
}

/** Ends in another word than the types of methods do: `getItemStream` may be a method beside `getItem`. */
export function streamedTypeOf(method: string): string {
  return `${capitalize(method)}Streamed`;
}

/** OpenAPI has fields for these; any other method is in a document just as it is sent. */
const FIELDS = new Set("get put post delete options head patch trace query".split(" "));

function sentMethod(method: string): string {
  return FIELDS.has(method) ? method.toUpperCase() : method;
}
