import { isObject, type JsonObject, refOf } from "../../document.ts";
import { annotationsOf } from "./annotations.ts";
import { normalizeContent, normalizeHeaders } from "./content.ts";
import { refTo, type Walk } from "./walk.ts";

export function requestBodyOrRef(walk: Walk, value: unknown): JsonObject | undefined {
  const ref = refOf(value);
  if (ref === undefined) return normalizeRequestBody(walk, value);
  const component = walk.component("requestBodies", ref, normalizeRequestBody);
  return component && refTo(component, annotationsOf(walk, value));
}

export function normalizeRequestBody(walk: Walk, value: unknown): JsonObject | undefined {
  if (!isObject(value)) return walk.leaveOut("a request body object");
  const content = walk.within("content", () => normalizeContent(walk, value["content"]));
  return { ...annotationsOf(walk, value), ...(value["required"] === true && { required: true }), content };
}

/** `200`, `4XX`, `default`. */
const STATUS = /^([1-5]\d\d|[1-5]XX|default)$/i;

/** The responses of an operation by status, of which those are left out of which nothing can be made. */
export function normalizeResponses(walk: Walk, value: unknown): JsonObject {
  if (!isObject(value)) {
    if (value !== undefined)
      walk.warn("expected an object of responses; none is taken", 'write { "200": { ... } }');
    return {};
  }
  const entries = Object.keys(value).flatMap((status): [string, JsonObject][] => {
    if (status.startsWith("x-")) return [];
    if (!STATUS.test(status)) {
      walk.warn(`"${status}" is no status; the response is left out`, "write 200, 2XX or default", status);
      return [];
    }
    const response = walk.within(status, () => responseOrRef(walk, value[status]));
    return response === undefined ? [] : [[status, response]];
  });
  return Object.fromEntries(entries);
}

function responseOrRef(walk: Walk, value: unknown): JsonObject | undefined {
  const ref = refOf(value);
  if (ref === undefined) return normalizeResponse(walk, value);
  const component = walk.component("responses", ref, normalizeResponse);
  return component && refTo(component, annotationsOf(walk, value));
}

export function normalizeResponse(walk: Walk, value: unknown): JsonObject | undefined {
  if (!isObject(value)) return walk.leaveOut("a response object");
  const { headers, content } = value;
  return {
    ...annotationsOf(walk, value),
    ...(headers !== undefined && { headers: walk.within("headers", () => normalizeHeaders(walk, headers)) }),
    ...(content !== undefined && { content: walk.within("content", () => normalizeContent(walk, content)) }),
  };
}
