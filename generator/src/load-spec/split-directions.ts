import { asObject, type JsonObject, mapValues, own, resolve } from "../document.ts";
import { sentSchema } from "../item-schema.ts";
import type { LoadedSpec, ReadOnlyPlace, SourceOperation } from "../model.ts";
import { operationSchemas } from "../operation-schemas.ts";
import { planSplit, type SplitPlan } from "./split-directions/plan-split.ts";
import { mentions, PropertyFlags } from "./split-directions/property-flags.ts";
import { readOnlyShapes, type ShapeOptions } from "./split-directions/read-only-shapes.ts";
import {
  type Replacements,
  replaceInComponents,
  replaceInHolder,
  replaceInOperation,
} from "./split-directions/replace-schemas.ts";
import { withoutProperties } from "./split-directions/without-properties.ts";

interface Directed extends Pick<LoadedSpec, "readOnlyShapes"> {
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
  const { places, shapes } = findReadOnly(document, operations, {
    flags,
    mayHold: remembered(plan.isAffected),
    isComponent: (name) => own(schemas, name) !== undefined,
  });
  const directed = operations.map((source, index) => ({
    ...source,
    operation: replaceInOperation(source.operation, replacements),
    parameters: source.parameters.map((parameter) => replaceInHolder(parameter, replacements.request)),
    ...places[index],
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
    ...(Object.keys(shapes).length > 0 && { readOnlyShapes: shapes }),
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

function remembered<Result>(ask: (schema: unknown) => Result): (schema: unknown) => Result {
  const known = new Map<unknown, Result>();
  return (schema) => {
    const result = known.get(schema) ?? ask(schema);
    known.set(schema, result);
    return result;
  };
}

/** Where read-only values are in the bodies of each operation, by their media types. */
function findReadOnly(document: JsonObject, operations: readonly SourceOperation[], options: ShapeOptions) {
  const bodies = operations.map(({ operation }) => {
    const content = Object.entries(asObject(resolve(document, operation["requestBody"])["content"]));
    return content.map(([mediaType, media]) => {
      return { mediaType, schema: sentSchema(document, mediaType, asObject(media)) };
    });
  });
  const { placeOf, shapes } = readOnlyShapes(new Set(bodies.flat().map(({ schema }) => schema)), options);
  const places = bodies.map((body): Pick<SourceOperation, "readOnly"> => {
    const found = body.flatMap(({ mediaType, schema }): [string, ReadOnlyPlace][] => {
      const place = placeOf(schema);
      return place === undefined ? [] : [[mediaType, place]];
    });
    return found.length === 0 ? {} : { readOnly: Object.fromEntries(found) };
  });
  return { places, shapes };
}
