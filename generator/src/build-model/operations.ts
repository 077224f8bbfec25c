import { asString } from "../document.ts";
import { sentMethod } from "../http-method.ts";
import type { AuthorizedOperation, LoadedSpec, OperationModel } from "../model.ts";
import { capitalize } from "../names.ts";
import type { AliasOf } from "./aliases.ts";
import { buildBody } from "./bodies.ts";
import { TYPE_SUFFIXES } from "./method-names.ts";
import type { NamedOperation } from "./name-operations.ts";
import { parametersIn, pathParts } from "./parameters.ts";
import { querystringOf } from "./querystring.ts";
import { buildResponses, isAlternative, isStreamable } from "./responses.ts";

/** Everything about one method of a generated client. */
export function buildOperation(
  { document, readOnlyShapes }: Pick<LoadedSpec, "document" | "readOnlyShapes">,
  { source, name, group, key }: NamedOperation<AuthorizedOperation>,
  aliasOf: AliasOf,
): OperationModel {
  const { operation, authorization } = source;
  const summary = asString(operation["summary"]);
  const description = asString(operation["description"]);
  const body = buildBody(document, source, { aliasOf, readOnlyShapes });
  const querystring = querystringOf(document, source);
  const type = capitalize(key);
  const answers = buildResponses(document, source, { aliasOf, token: authorization.token });
  const isChosen = answers.responses.some(({ content }) => content.some(isAlternative));
  return {
    name,
    ...(group !== undefined && { group }),
    key,
    inputType: type + TYPE_SUFFIXES.input,
    resultType: type + TYPE_SUFFIXES.result,
    ...(isChosen && { resultsType: type + TYPE_SUFFIXES.results }),
    ...(isStreamable(document, source) && { streamedType: type + TYPE_SUFFIXES.streamed }),
    pointer: source.pointer,
    method: sentMethod(source.method),
    pathTemplate: source.path,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    deprecated: operation["deprecated"] === true,
    path: pathParts(document, source),
    query: parametersIn(document, source, "query"),
    ...(querystring !== undefined && { querystring }),
    headers: parametersIn(document, source, "header"),
    cookies: parametersIn(document, source, "cookie"),
    ...(body !== undefined && { body }),
    ...answers,
    authorization,
  };
}
