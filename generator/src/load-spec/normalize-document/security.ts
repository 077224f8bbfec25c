import { asString, isObject, type JsonObject, refOf } from "../../document.ts";
import type { SecurityRequirement } from "../../model.ts";
import { annotationsOf } from "./annotations.ts";
import type { Walk } from "./walk.ts";

/** What is needed where nobody can read what is: a scheme without a name, for which a token is sent. */
const UNREADABLE: readonly SecurityRequirement[] = [{ "": [] }];

/**
 * The requirements of which one is enough; undefined where nothing is said of them. What is malformed never says that
 * none is needed: that is `[]`, or `{}` in a list, and nothing else.
 */
export function normalizeSecurity(walk: Walk, value: unknown): readonly SecurityRequirement[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = Array.isArray(value) ? value : listOfOne(walk, value);
  const read = list.flatMap((entry, index) => readEntry(walk, entry, index));
  const isAsked = read.length === list.length || read.some((entry) => Object.keys(entry).length > 0);
  return isAsked ? read : [...UNREADABLE, ...read];
}

/** Only in a list `{}` says that none is needed. */
function listOfOne(walk: Walk, value: unknown): unknown[] {
  walk.warn("expected a list of requirements; it is read as a list of one", "put it in a list");
  return isObject(value) && Object.keys(value).length === 0 ? [null] : [value];
}

function readEntry(walk: Walk, entry: unknown, index: number): SecurityRequirement[] {
  if (isObject(entry)) return [normalizeRequirement(walk, entry, index)];
  const name = typeof entry === "string" ? entry : undefined;
  const reading = name === undefined ? "it is left out, and a token is needed still" : "no scopes are taken";
  walk.warn(`expected an object of security schemes; ${reading}`, 'write { "name": [] }', index);
  return name === undefined ? [] : [Object.fromEntries([[name, []]])];
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
  if (!isObject(value)) return walk.leaveOut("a security scheme with a type");
  if (asString(value["type"]) === undefined) return walk.leaveOut("a security scheme with a type", "type");
  const { flows, description, ...rest } = value;
  return {
    ...rest,
    ...annotationsOf(walk, { description }),
    ...(flows !== undefined && { flows: walk.within("flows", () => normalizeFlows(walk, flows)) }),
  };
}

function normalizeFlows(walk: Walk, flows: unknown): JsonObject {
  if (!isObject(flows)) {
    walk.warn("expected an object of flows; none is taken", "write { clientCredentials: { ... } }");
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
