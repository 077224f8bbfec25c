import { isObject, type JsonObject } from "../../document.ts";
import { copyText } from "./annotations.ts";
import type { Walk } from "./walk.ts";

/** The servers of the document, a path item or an operation, where the walk is at one. */
export function serversIn(walk: Walk, holder: JsonObject): JsonObject[] | undefined {
  return walk.within("servers", () => normalizeServers(walk, holder["servers"]));
}

/** Servers without those that have no URL; undefined where none is said. */
function normalizeServers(walk: Walk, value: unknown): JsonObject[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    walk.warn("expected a list of servers; it is ignored", "correct it or leave it out");
    return undefined;
  }
  const servers = value.flatMap((server, index) => {
    const normalized = walk.within(index, () => normalizeServer(walk, server));
    return normalized === undefined ? [] : [normalized];
  });
  // An empty list says no more than none (OpenAPI 3.1 §4.8.1.1).
  return servers.length === 0 ? undefined : servers;
}

function normalizeServer(walk: Walk, value: unknown): JsonObject | undefined {
  if (!isObject(value) || typeof value["url"] !== "string") return walk.leaveOut("a server with a url");
  const { url, variables } = value;
  const texts: JsonObject = {};
  copyText(walk, value, "name", texts);
  copyText(walk, value, "description", texts);
  return {
    url,
    ...texts,
    ...(isObject(variables) && {
      variables: walk.within("variables", () => normalizeVariables(walk, variables)),
    }),
  };
}

function normalizeVariables(walk: Walk, variables: JsonObject): JsonObject {
  const entries = Object.entries(variables).map(([name, value]): [string, JsonObject] => {
    const variable = isObject(value) ? value : {};
    const { default: fallback, enum: values } = variable;
    const texts: JsonObject = {};
    walk.within(name, () => copyText(walk, variable, "description", texts));
    if (!isObject(value)) walk.warn("expected a server variable object", "write one with a default", name);
    return [
      name,
      {
        // YAML makes numbers of ports.
        ...(isText(fallback) && { default: String(fallback) }),
        ...(Array.isArray(values) && { enum: values.filter(isText).map(String) }),
        ...texts,
      },
    ];
  });
  return Object.fromEntries(entries);
}

function isText(value: unknown): value is string | number | boolean {
  return /^(string|number|boolean)$/.test(typeof value);
}
