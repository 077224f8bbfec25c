import { formatPointer, isObject, type JsonObject, refOf } from "../../document.ts";
import { METHODS } from "../../http-method.ts";
import type { SourceOperation } from "../../model.ts";
import type { OperationSelection } from "../select-operations.ts";
import { annotationsOf } from "./annotations.ts";
import { type CompleteOperation, idOf, normalizeOperation, operationAt, tagsOf } from "./operations.ts";
import type { Origins } from "./origins.ts";
import { type Declared, normalizeParameters, templateNames } from "./parameters.ts";
import type { Target } from "./resolve-ref.ts";
import { serversIn } from "./servers.ts";
import type { Walk } from "./walk.ts";

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Path items that refer to others; more are a circle. */
const MAX_HOPS = 20;

/** What every operation of a document inherits. */
export interface Inherited {
  readonly servers: SourceOperation["servers"];
  readonly security: SourceOperation["security"];
}

export interface Paths {
  readonly paths: JsonObject;
  readonly operations: readonly SourceOperation[];
}

export interface PathsOptions {
  readonly inherited: Inherited;
  readonly selection: OperationSelection;
  /** Told of every operation. */
  readonly origins: Origins;
}

/** One method of a path item, wherever that is. */
interface Method {
  readonly name: string;
  readonly target: Target;
}

/** Normalises the paths of a document, in its order; nothing is in them but the operations that are generated. */
export function normalizePaths(walk: Walk, value: unknown, options: PathsOptions): Paths {
  const operations: SourceOperation[] = [];
  const paths = new Map<string, JsonObject>();
  const ids = new Set<string>();
  if (!isObject(value)) return { paths: {}, operations };
  for (const key of Object.keys(value)) {
    if (key.startsWith("x-")) continue;
    walk.enter(key);
    const path = pathOf(walk, key, paths);
    const found = path === undefined ? [] : operationsOf(walk, path, value[key], options);
    walk.leave();
    const item = found.map(({ source }): [string, JsonObject] => {
      const unique = withUniqueId(walk, source, ids);
      operations.push(unique);
      return [source.method, unique.operation];
    });
    const texts = isObject(value[key]) ? annotationsOf(walk, value[key]) : {};
    if (path !== undefined && item.length > 0) paths.set(path, { ...texts, ...Object.fromEntries(item) });
  }
  return { paths: Object.fromEntries(paths), operations };
}

function pathOf(walk: Walk, key: string, taken: ReadonlyMap<string, unknown>): string | undefined {
  if (key.startsWith("/")) return key;
  const path = `/${key}`;
  if (!taken.has(path)) {
    walk.warn(`the path "${key}" does not begin with a slash; "${path}" is taken`, "add the slash");
    return path;
  }
  walk.warn(`the path "${key}" is left out: "${path}" is there as well`, "remove one of the two");
  return undefined;
}

function operationsOf(walk: Walk, path: string, value: unknown, options: PathsOptions): CompleteOperation[] {
  const { inherited, selection, origins } = options;
  const items = itemsOf(walk, value);
  const operations = selectedIn(walk, path, items, selection);
  if (operations.size === 0) return [];
  const shared = items.toReversed().flatMap((item) => walk.at(item, () => sharedOf(walk, item)));
  const [servers] = items.flatMap((item) => {
    const own = walk.at(item, () => serversIn(walk, item.value));
    return own === undefined ? [] : [own];
  });
  const atPath = { ...inherited, ...(servers && { servers }), path, names: templateNames(path), shared };
  return [...operations].map(([method, target]) => {
    const complete = walk.at(target, () => normalizeOperation(walk, target.value, { ...atPath, method }));
    origins.addOperation(complete.source.pointer, target, complete.declared);
    return complete;
  });
}

/** The operations of path items by method, without those that are not selected; the first of a method counts. */
function selectedIn(
  walk: Walk,
  path: string,
  items: readonly Item[],
  selection: OperationSelection,
): Map<string, Item> {
  const selected = new Map<string, Item>();
  const methods = items.flatMap((item) => walk.at(item, () => methodsOf(walk, item.value)));
  for (const { name: method, target } of methods) {
    const operation = selected.has(method) ? undefined : operationAt(walk, target);
    if (operation === undefined) continue;
    const { value } = operation;
    const deprecated = value["deprecated"] === true;
    if (selection.has({ path, method, id: idOf(value), tags: tagsOf(value), deprecated }))
      selected.set(method, operation);
  }
  return selected;
}

type Item = Target & { readonly value: JsonObject };

/** A path item and those that it refers to; what it says itself comes first. */
function itemsOf(walk: Walk, value: unknown, hops = 0): Item[] {
  if (!isObject(value)) {
    if (value !== null) walk.leaveOut("a path item object");
    return [];
  }
  const own = walk.target(value);
  const ref = refOf(value);
  const target = ref === undefined ? undefined : walk.resolve("pathItems", ref);
  if (target === undefined) return [own];
  if (hops < MAX_HOPS) return [own, ...walk.at(target, () => itemsOf(walk, target.value, hops + 1))];
  walk.warn(
    "the path item refers to itself; that reference is left out",
    "correct it or leave it out",
    "$ref",
  );
  return [own];
}

function methodsOf(walk: Walk, item: JsonObject): Method[] {
  const fixed = Object.keys(item).flatMap((key): Method[] => {
    const name = key.toLowerCase();
    if (!METHODS.has(name) || (name !== key && item[name] !== undefined)) return [];
    if (name !== key) walk.warn(`methods are in lower case; "${name}" is taken`, `write ${name}`, key);
    return [{ name, target: walk.within(key, () => walk.target(item[key])) }];
  });
  const additional = item["additionalOperations"];
  return isObject(additional)
    ? [...fixed, ...walk.within("additionalOperations", () => additionalOf(walk, additional))]
    : fixed;
}

/** OpenAPI 3.2: methods that have no field of their own, as they are sent. */
function additionalOf(walk: Walk, operations: JsonObject): Method[] {
  return Object.keys(operations).flatMap((name): Method[] => {
    const isOwn = METHODS.has(name.toLowerCase());
    if (TOKEN.test(name) && !isOwn)
      return [{ name, target: walk.within(name, () => walk.target(operations[name])) }];
    const why = isOwn ? `${name} has a field of its own` : `"${name}" is no method`;
    walk.warn(`${why}; the operation is left out`, "correct it or leave it out", name);
    return [];
  });
}

function sharedOf(walk: Walk, { file, parts, value }: Item): Declared[] {
  const declared = walk.within("parameters", () => normalizeParameters(walk, value["parameters"]));
  if (declared.length === 0) return declared;
  const list = { file, pointer: formatPointer([...parts, "parameters"]) };
  return declared.map((entry) => ({ ...entry, list }));
}

/** The first keeps an operationId that several have; the others go by method and path. */
function withUniqueId(walk: Walk, source: SourceOperation, taken: Set<string>): SourceOperation {
  const { operationId } = source.operation;
  if (typeof operationId !== "string") return source;
  if (!taken.has(operationId)) {
    taken.add(operationId);
    return source;
  }
  const fix = "give it another operationId";
  const message = `the operationId "${operationId}" is another operation's too`;
  walk.warn(message, fix, source.path, source.method, "operationId");
  const { operationId: _, ...operation } = source.operation;
  return { ...source, operation };
}
