import { asObject, type JsonObject, mapValues, refOf, resolve } from "../document.ts";
import { sentSchema } from "../item-schema.ts";
import type { SourceOperation } from "../model/loaded-spec.ts";
import { operationSchemas } from "../operation-schemas.ts";
import { planSplit, type SplitPlan } from "./split-directions/plan-split.ts";
import { mentions, PropertyFlags } from "./split-directions/property-flags.ts";
import { type PropertyPath, readOnlyPaths } from "./split-directions/read-only-paths.ts";
import {
  type Replacements,
  replaceInComponents,
  replaceInHolder,
  replaceInOperation,
} from "./split-directions/replace-schemas.ts";
import { withoutProperties } from "./split-directions/without-properties.ts";

interface Directed {
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
}

/**
 * Gives requests schemas without their read-only properties, and responses those without the write-only ones. A
 * component schema that both use, and that is not the same for both, keeps its name in responses; in requests it is
 * `<Name>Writable`.
 *
 * Operations learn where read-only values are in their bodies, because callers send back what they got.
 */
export function splitDirections({ document, operations }: Directed): Directed {
  const components = asObject(document["components"]);
  const schemas = asObject(components["schemas"]);
  const flags = new PropertyFlags(document);
  const used = operationSchemas(document, operations);
  const all = [...Object.values(schemas), ...used.map(({ schema }) => schema)];
  if (!all.some((schema) => flags.areIn(schema))) return { document, operations };

  const plan = planSplit(schemas, { flags, used });
  const replacements = replacementsOf(all, flags, plan);
  const pathsIn = remembered((schema) => readOnlyPaths(flags, schema, plan.isAffected));
  const directed = operations.map((source) => ({
    ...source,
    operation: replaceInOperation(source.operation, replacements),
    parameters: source.parameters.map((parameter) => replaceInHolder(parameter, replacements.request)),
    ...readOnlyIn(document, source, pathsIn),
  }));
  const replaced = new Map(operations.map(({ operation }, index) => [operation, directed[index]?.operation]));
  const inPlace = (value: unknown) => replaced.get(value as JsonObject) ?? value;
  return {
    document: {
      ...document,
      paths: mapValues(document["paths"], (item) => mapValues(item, inPlace)),
      components: {
        ...replaceInComponents(components, replacements),
        schemas: splitSchemas(schemas, plan, replacements),
      },
    },
    operations: directed,
  };
}

/** Most documents have no write-only properties: their responses, most of what there is, stay as they are. */
function replacementsOf(
  schemas: readonly unknown[],
  flags: PropertyFlags,
  { requestName }: SplitPlan,
): Replacements {
  const hasWriteOnly = schemas.some((schema) => mentions("writeOnly", schema));
  return {
    request: (schema) => withoutProperties(schema, { flags, flag: "readOnly", rename: requestName }),
    response: (schema) =>
      hasWriteOnly ? withoutProperties(schema, { flags, flag: "writeOnly", rename: (name) => name }) : schema,
  };
}

function splitSchemas(
  schemas: JsonObject,
  { onlySent, requestName }: SplitPlan,
  { request, response }: Replacements,
): JsonObject {
  const entries = Object.entries(schemas).flatMap(([name, schema]): [string, unknown][] => {
    const own = onlySent.has(name) ? request(schema) : response(schema);
    const writable = requestName(name);
    return writable === name
      ? [[name, own]]
      : [
          [name, own],
          [writable, request(schema)],
        ];
  });
  return Object.fromEntries(entries);
}

/** Many operations take the same. */
function remembered<Result>(ask: (schema: unknown) => Result): (schema: unknown) => Result {
  const known = new Map<unknown, Result>();
  return (schema) => {
    const key = refOf(schema) ?? schema;
    const result = known.get(key) ?? ask(schema);
    known.set(key, result);
    return result;
  };
}

function readOnlyIn(
  document: JsonObject,
  { operation }: SourceOperation,
  pathsIn: (schema: unknown) => readonly PropertyPath[],
): Pick<SourceOperation, "readOnly"> {
  const content = asObject(resolve(document, operation["requestBody"])["content"]);
  const found = Object.entries(content).flatMap(([mediaType, media]) => {
    const schema = sentSchema(document, mediaType, asObject(media));
    const paths = schema === undefined ? [] : pathsIn(schema);
    return paths.length === 0 ? [] : [[mediaType, paths] as const];
  });
  return found.length === 0 ? {} : { readOnly: Object.fromEntries(found) };
}
