import { asArray, asObject, isObject, type JsonObject, mapValues, refOf } from "../../document.ts";

type Replace = (schema: unknown) => unknown;

/** What a schema becomes, by the direction in which its values go. */
export interface Replacements {
  readonly request: Replace;
  readonly response: Replace;
}

/** The operation with its schemas replaced; what it refers to is a component, and replaced there. */
export function replaceInOperation(operation: JsonObject, { request, response }: Replacements): JsonObject {
  const { requestBody, parameters, responses } = operation;
  return {
    ...operation,
    ...(requestBody !== undefined && { requestBody: replaceInHolder(requestBody, request) }),
    ...(parameters !== undefined && {
      parameters: asArray(parameters).map((one) => replaceInHolder(one, request)),
    }),
    ...(responses !== undefined && {
      responses: mapValues(responses, (one) => replaceInHolder(one, response)),
    }),
  };
}

/** The components that hold schemas, with those replaced. */
export function replaceInComponents(components: JsonObject, { request, response }: Replacements): JsonObject {
  const group = (kind: string, replace: Replace) => {
    const holders = components[kind];
    if (holders === undefined) return {};
    return { [kind]: mapValues(holders, (holder) => replaceInHolder(holder, replace)) };
  };
  return {
    ...components,
    ...group("parameters", request),
    ...group("requestBodies", request),
    ...group("responses", response),
    ...group("headers", response),
  };
}

/** A parameter, header, body or response; the headers of a response with it. */
export function replaceInHolder(holder: unknown, replace: Replace): JsonObject {
  if (!isObject(holder) || refOf(holder) !== undefined) return asObject(holder);
  const { schema, content, headers } = holder;
  return {
    ...holder,
    ...(schema !== undefined && { schema: replace(schema) }),
    ...(headers !== undefined && {
      headers: mapValues(headers, (header) => replaceInHolder(header, replace)),
    }),
    ...(content !== undefined && { content: mapValues(content, (media) => replaceInMedia(media, replace)) }),
  };
}

function replaceInMedia(media: unknown, replace: Replace): unknown {
  if (!isObject(media)) return media;
  const { schema, itemSchema } = media;
  return {
    ...media,
    ...(schema !== undefined && { schema: replace(schema) }),
    ...(itemSchema !== undefined && { itemSchema: replace(itemSchema) }),
  };
}
