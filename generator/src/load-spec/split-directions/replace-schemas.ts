import { asArray, asObject, isObject, type JsonObject, refOf } from "../../document.ts";

/** What becomes of the schemas of an operation, by the direction in which their values go. */
export interface Directions {
  readonly request: (schema: unknown) => unknown;
  readonly response: (schema: unknown) => unknown;
}

/** The operation with its schemas replaced; what it refers to is a component, and replaced there. */
export function directOperation(operation: JsonObject, { request, response }: Directions): JsonObject {
  const { requestBody, parameters, responses } = operation;
  return {
    ...operation,
    ...(requestBody !== undefined && { requestBody: directHolder(requestBody, request) }),
    ...(parameters !== undefined && {
      parameters: asArray(parameters).map((one) => directHolder(one, request)),
    }),
    ...(responses !== undefined && { responses: mapValues(responses, (one) => directHolder(one, response)) }),
  };
}

/** The components with theirs. */
export function directComponents(
  components: JsonObject,
  schemas: JsonObject,
  { request, response }: Directions,
): JsonObject {
  const { parameters, requestBodies, responses, headers } = components;
  const group = (name: string, values: unknown, direct: (schema: unknown) => unknown) =>
    values === undefined ? {} : { [name]: mapValues(values, (value) => directHolder(value, direct)) };
  return {
    ...components,
    schemas,
    ...group("parameters", parameters, request),
    ...group("requestBodies", requestBodies, request),
    ...group("responses", responses, response),
    ...group("headers", headers, response),
  };
}

/** A parameter, header, body or response; the headers of a response with it. */
export function directHolder(holder: unknown, direct: (schema: unknown) => unknown): JsonObject {
  if (!isObject(holder) || refOf(holder) !== undefined) return asObject(holder);
  const { schema, content, headers } = holder;
  return {
    ...holder,
    ...(schema !== undefined && { schema: direct(schema) }),
    ...(headers !== undefined && { headers: mapValues(headers, (header) => directHolder(header, direct)) }),
    ...(content !== undefined && { content: mapValues(content, (media) => directMedia(media, direct)) }),
  };
}

function directMedia(media: unknown, direct: (schema: unknown) => unknown): unknown {
  if (!isObject(media)) return media;
  const { schema, itemSchema } = media;
  return {
    ...media,
    ...(schema !== undefined && { schema: direct(schema) }),
    ...(itemSchema !== undefined && { itemSchema: direct(itemSchema) }),
  };
}

export function mapValues(object: unknown, map: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(asObject(object)).map(([key, value]) => [key, map(value)]));
}
