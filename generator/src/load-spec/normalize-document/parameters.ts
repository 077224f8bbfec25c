import { asString, isObject, type JsonObject, refOf } from "../../document.ts";
import { closestName } from "../../names.ts";
import type { Place } from "../source-files.ts";
import { annotationsOf } from "./annotations.ts";
import { describeValue } from "./content.ts";
import { refTo, type Walk } from "./walk.ts";

const LOCATIONS = /^(path|query|querystring|header|cookie)$/;

/**
 * OpenAPI says that the first three are ignored: media types and security schemes rule them. The others are what HTTP
 * itself says of a message and a connection (RFC 9110 §7.2, §8.6, §10.1.1; RFC 9112 §6, §9): no caller's to choose.
 */
const IGNORED_HEADERS =
  /^(accept|content-type|authorization|host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect)$/i;

/** One parameter of an operation. */
export interface Declared {
  readonly parameter: JsonObject;
  /** The reference where it is one. */
  readonly written: JsonObject;
  /** In the list that declares it; undefined for what only the path says. */
  readonly index?: number;
  /** Where the list is, for those of a path item. */
  readonly list?: Place;
}

/** The parameters that are declared here; those of which nothing can be made are left out. */
export function normalizeParameters(walk: Walk, value: unknown): Declared[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    walk.warn("expected a list of parameters; none is taken", "put them in a list");
    return [];
  }
  const byKey = new Map<string, Declared>();
  for (const [index, entry] of value.entries()) {
    walk.enter(index);
    const declared = parameterOrRef(walk, entry, index);
    walk.leave();
    if (declared === undefined || isIgnored(declared)) continue;
    const key = keyOf(declared);
    if (byKey.has(key)) {
      const { name, in: place } = declared.parameter;
      walk.warn(`${place} parameter "${name}" is declared twice; the last one counts`, "remove one", index);
    }
    byKey.set(key, declared);
  }
  return [...byKey.values()];
}

function parameterOrRef(walk: Walk, value: unknown, index: number): Declared | undefined {
  const ref = refOf(value);
  if (ref === undefined) {
    const parameter = normalizeParameter(walk, value);
    return parameter && { parameter, written: parameter, index };
  }
  const component = walk.component("parameters", ref, normalizeParameter);
  if (component === undefined) return undefined;
  const siblings = annotationsOf(walk, value);
  const isBare = Object.keys(siblings).length === 0;
  const parameter = isBare ? component.value : { ...component.value, ...siblings };
  return { parameter, written: refTo(component, siblings), index };
}

export function normalizeParameter(walk: Walk, value: unknown): JsonObject | undefined {
  if (!isObject(value)) return walk.leaveOut("a parameter object");
  const name = asString(value["name"]);
  const place = asString(value["in"]);
  if (name === undefined) return walk.leaveOut("a parameter with a name");
  if (place === undefined || !LOCATIONS.test(place)) return withoutPlace(walk, name, place);
  const described = { name, in: place, ...annotationsOf(walk, value), ...describeValue(walk, value) };
  return place === "path" ? { ...described, required: true } : described;
}

function withoutPlace(walk: Walk, name: string, place = ""): undefined {
  const meant = closestName(place, ["path", "query", "querystring", "header", "cookie"]);
  const message = `expected parameter "${name}" to be in path, query, querystring, header or cookie; it is left out`;
  walk.warn(message, meant === undefined ? "say where it goes" : `did you mean "${meant}"?`, "in");
}

function isIgnored({ parameter }: Declared): boolean {
  return parameter["in"] === "header" && IGNORED_HEADERS.test(String(parameter["name"]));
}

/** What makes two parameters the same one; names of headers are case-insensitive. */
function keyOf({ parameter: { name, in: place } }: Declared): string {
  return `${place} ${place === "header" ? String(name).toLowerCase() : name}`;
}

/** What a path says of the parameters of its operations. */
export interface PathParameters {
  readonly path: string;
  /** Those that the path itself has. */
  readonly names: readonly string[];
  /** Those that the path item declares. */
  readonly shared: readonly Declared[];
}

/**
 * Merges what a path item and its operation declare with what the path itself says: parameters that it has are
 * declared, as strings where nothing else is known, and it has those that are declared.
 */
export function completeParameters(
  walk: Walk,
  { path, names, shared }: PathParameters,
  own: readonly Declared[],
): Declared[] {
  const byKey = new Map([...shared, ...own].map((declared) => [keyOf(declared), declared]));
  const missing = new Set(names);
  for (const { parameter } of byKey.values())
    if (parameter["in"] === "path") missing.delete(String(parameter["name"]));
  for (const [key, declared] of byKey) {
    if (declared.parameter["in"] !== "path" || path.includes(`{${declared.parameter["name"]}}`)) continue;
    byKey.delete(key);
    const renamed = renamedAsInPath(walk, path, missing, declared);
    if (renamed === undefined) continue;
    byKey.set(keyOf(renamed), renamed);
    missing.delete(String(renamed.parameter["name"]));
  }
  for (const name of missing) byKey.set(`path ${name}`, undeclared(walk, path, name, byKey));
  return withOneQuery(walk, [...byKey.values()]);
}

/** A path parameter that the path has by another case or with other space around it; undefined where it has none. */
function renamedAsInPath(
  walk: Walk,
  path: string,
  names: ReadonlySet<string>,
  declared: Declared,
): Declared | undefined {
  const name = String(declared.parameter["name"]);
  const plain = (text: string) => text.trim().toLowerCase();
  const meant = [...names].find((other) => plain(other) === plain(name));
  if (meant === undefined) {
    const message = `path parameter "${name}" is not in "${path}" and is left out`;
    walk.warn(message, `add {${name}} to the path`, ...nameOf(declared));
    return undefined;
  }
  const message = `path parameter "${name}" is "${meant}" in the path; that is taken`;
  walk.warn(message, `call it "${meant}"`, ...nameOf(declared));
  const parameter = { ...declared.parameter, name: meant };
  return { ...declared, parameter, written: parameter };
}

/** Where the operation that the walk is at declares it; nowhere in it for one of the path item. */
function nameOf({ index, list }: Declared): (string | number)[] {
  return index === undefined || list !== undefined ? [] : ["parameters", index, "name"];
}

/** A query is either made of parameters or is one whole (OpenAPI 3.2 §4.12.1). */
function withOneQuery(walk: Walk, declared: readonly Declared[]): Declared[] {
  const wholes = declared.filter(({ parameter }) => parameter["in"] === "querystring");
  const isInParts = declared.some(({ parameter }) => parameter["in"] === "query");
  const superfluous = new Set(isInParts ? wholes : wholes.slice(0, -1));
  for (const entry of superfluous) {
    const other = isInParts ? "query parameters" : "another of its kind";
    const message = `querystring parameter "${entry.parameter["name"]}" is beside ${other}, and is left out`;
    walk.warn(message, "declare either, not both", ...nameOf(entry));
  }
  return declared.filter((entry) => !superfluous.has(entry));
}

/** A path that ends in a query has parameters that are declared as those of a query. */
function undeclared(walk: Walk, path: string, name: string, byKey: Map<string, Declared>): Declared {
  const inQuery = byKey.get(`query ${name}`);
  if (inQuery !== undefined && path.indexOf("?") >= 0 && path.indexOf("?") < path.indexOf(`{${name}}`)) {
    byKey.delete(`query ${name}`);
    walk.warn(
      `query parameter "${name}" is in the path; it is taken for one of the path`,
      "leave it out of the path",
    );
    const { style: _, explode: __, ...rest } = inQuery.parameter;
    const parameter = { ...rest, in: "path", required: true };
    return { ...inQuery, parameter, written: parameter };
  }
  const fix = "declare it, with in: path, required: true";
  walk.warn(`path parameter "${name}" is not declared; a string is taken`, fix);
  const parameter = { name, in: "path", required: true, schema: { type: "string" } };
  return { parameter, written: parameter };
}

/** `/{a}.{b}:verb` -> `["a", "b"]` */
export function templateNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
}
