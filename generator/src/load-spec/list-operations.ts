import {
  asArray,
  asObject,
  asString,
  formatPointer,
  isObject,
  type JsonObject,
  refOf,
  resolve,
} from "../document.ts";
import type { Diagnostic } from "../errors.ts";
import type { SourceOperation } from "../model.ts";
import type { Report } from "./report.ts";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** OpenAPI says that these are ignored: media types and security schemes rule them. */
const IGNORED_HEADERS = /^(accept|content-type|authorization)$/i;

export interface OperationList {
  /** The document, its operations completed: types made from it agree with the list. */
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Lists the operations, each with the parameters that its path item and its path template add.
 *
 * Path parameters that are not declared are added as strings, those that the template lacks are left out;
 * both are warned of.
 */
export function listOperations(document: JsonObject, report: Report): OperationList {
  const operations: SourceOperation[] = [];
  const warnings: Diagnostic[] = [];
  const paths: [string, JsonObject][] = [];
  for (const [path, value] of Object.entries(asObject(document["paths"]))) {
    if (path.startsWith("x-")) continue;
    const { parameters: shared, ...item } = resolve(document, value);
    for (const method of Object.keys(item)) {
      if (!METHODS.has(method) || !isObject(item[method])) continue;
      const pointer = formatPointer(["paths", path, method]);
      const operation = resolve(document, item[method]);
      const warn = (message: string, fix: string) => warnings.push(report(pointer, message, fix, "warning"));
      const declared = [...asArray(shared), ...asArray(operation["parameters"])];
      const parameters = completeParameters(document, path, declared, warn);
      item[method] = { ...operation, parameters: parameters.map(({ written }) => written) };
      const resolved = parameters.map(({ parameter }) => parameter);
      operations.push({ pointer, path, method, operation, parameters: resolved });
    }
    paths.push([path, item]);
  }
  return { document: { ...document, paths: Object.fromEntries(paths) }, operations, warnings };
}

/** `written` is the reference where the document has one and it can stay. */
type Declared = { parameter: JsonObject; written: JsonObject };

function completeParameters(
  document: JsonObject,
  path: string,
  declared: readonly unknown[],
  warn: (message: string, fix: string) => void,
): Declared[] {
  const missing = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name));
  const byKey = new Map<string, Declared>();
  for (const value of declared) {
    const parameter = resolve(document, value);
    const name = asString(parameter["name"]);
    const place = parameter["in"];
    if (name === undefined || (place === "header" && IGNORED_HEADERS.test(name))) continue;
    if (place === "path" && !path.includes(`{${name}}`)) {
      warn(`path parameter "${name}" is not in "${path}" and is left out`, `add {${name}} to the path`);
      continue;
    }
    if (place === "path") missing.delete(name);
    byKey.set(`${place} ${place === "header" ? name.toLowerCase() : name}`, withSchema(parameter, value));
  }
  for (const name of missing) {
    warn(
      `path parameter "${name}" is not declared; a string is taken`,
      "declare it, with in: path, required: true",
    );
    const parameter = { name, in: "path", required: true, schema: { type: "string" } };
    byKey.set(`path ${name}`, { parameter, written: parameter });
  }
  return [...byKey.values()];
}

/** openapi-typescript knows a parameter's schema, but not one within its `content`. */
function withSchema(parameter: JsonObject, value: unknown): Declared {
  const [media] = Object.values(asObject(parameter["content"]));
  if (parameter["schema"] === undefined && media !== undefined) {
    const complete = { ...parameter, schema: asObject(media)["schema"] ?? {} };
    return { parameter: complete, written: complete };
  }
  return { parameter, written: refOf(value) === undefined ? parameter : asObject(value) };
}
