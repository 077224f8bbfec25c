import { asString, isObject, type JsonObject, refOf } from "../document.ts";
import type { SecurityRequirement } from "../model.ts";
import { annotationsOf } from "./annotations.ts";
import type { Walk } from "./walk.ts";

/** The requirements of which one is enough; undefined where nothing is said of them. */
export function normalizeSecurity(walk: Walk, value: unknown): readonly SecurityRequirement[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value))
    walk.warn("expected a list of requirements; it is read as a list of one", "put it in a list");
  else if (!Array.isArray(value)) {
    walk.warn("expected a list of requirements; it is ignored", "correct it or leave it out");
    return undefined;
  }
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((entry, index): SecurityRequirement[] => {
    if (isObject(entry)) return [normalizeRequirement(walk, entry, index)];
    // To leave out the only requirement would be to say that there is none.
    const name = typeof entry === "string" ? entry : undefined;
    const reading = name === undefined ? "it is left out" : "no scopes are taken";
    walk.warn(`expected an object of security schemes; ${reading}`, 'write { "name": [] }', index);
    return name === undefined ? [] : [Object.fromEntries([[name, []]])];
  });
}

function normalizeRequirement(walk: Walk, requirement: JsonObject, index: number): SecurityRequirement {
  const entries = Object.entries(requirement).map(([scheme, scopes]): [string, string[]] => {
    const list = Array.isArray(scopes) ? scopes : [];
    const names = list.filter((scope) => typeof scope === "string");
    if (!Array.isArray(scopes) || names.length < list.length)
      walk.warn(
        `expected a list of scopes for "${scheme}"; none is taken`,
        "write [] for none",
        index,
        scheme,
      );
    return [scheme, names];
  });
  return Object.fromEntries(entries);
}

/** A security scheme without what is malformed; references are followed. */
export function normalizeSecurityScheme(walk: Walk, value: unknown): JsonObject | undefined {
  const ref = refOf(value);
  if (ref !== undefined) {
    const target = walk.resolve("securitySchemes", ref);
    return target && walk.at(target, () => normalizeSecurityScheme(walk, target.value));
  }
  if (!isObject(value) || asString(value["type"]) === undefined) {
    walk.warn("expected a security scheme with a type; it is left out", "correct it or leave it out");
    return undefined;
  }
  const { flows, description, ...rest } = value;
  return {
    ...rest,
    ...annotationsOf(walk, { description }),
    ...(flows !== undefined && { flows: walk.within("flows", () => normalizeFlows(walk, flows)) }),
  };
}

function normalizeFlows(walk: Walk, flows: unknown): JsonObject {
  if (!isObject(flows)) {
    walk.warn("expected an object of flows; none is taken", "correct it");
    return {};
  }
  const entries = Object.entries(flows).flatMap(([name, flow]): [string, JsonObject][] => {
    if (!isObject(flow)) return [];
    if (isObject(flow["scopes"])) return [[name, flow]];
    walk.warn("expected an object of scopes; none is taken", "write {} for none", name, "scopes");
    return [[name, { ...flow, scopes: {} }]];
  });
  return Object.fromEntries(entries);
}
