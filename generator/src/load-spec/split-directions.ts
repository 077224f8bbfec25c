import { asObject, type JsonObject, refOf, resolve } from "../document.ts";
import { sentSchema } from "../item-schema.ts";
import type { SourceOperation } from "../model/loaded-spec.ts";
import { holdsFlag, mentions, sidesOf, viewsOf } from "./split-directions/plan-split.ts";
import { PropertyFlags } from "./split-directions/property-flags.ts";
import { type PropertyPath, readOnlyPaths } from "./split-directions/read-only-paths.ts";
import {
  type Directions,
  directComponents,
  directHolder,
  directOperation,
  mapValues,
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
  const sides = sidesOf(document, operations);
  const all = [...Object.values(schemas), ...sides.request, ...sides.response];
  if (!all.some((schema) => holdsFlag(flags, schema))) return { document, operations };

  const { ofRequests, rename, leadsOn } = viewsOf(schemas, { flags, sides });
  const directions = directionsOf(all, flags, rename);
  const split = Object.entries(schemas).flatMap(([name, schema]): [string, unknown][] => {
    const { request, response } = directions;
    const own = ofRequests.has(name) ? request(schema) : response(schema);
    return rename(name) === name
      ? [[name, own]]
      : [
          [name, own],
          [rename(name), request(schema)],
        ];
  });
  const pathsIn = remembered((schema) => readOnlyPaths(flags, schema, leadsOn));
  const directed = operations.map((source) => ({
    ...source,
    operation: directOperation(source.operation, directions),
    parameters: source.parameters.map((parameter) => directHolder(parameter, directions.request)),
    ...readOnlyIn(document, source, pathsIn),
  }));
  const replaced = new Map(operations.map(({ operation }, index) => [operation, directed[index]?.operation]));
  const inPlace = (value: unknown) => replaced.get(value as JsonObject) ?? value;
  return {
    document: {
      ...document,
      paths: mapValues(document["paths"], (item) => mapValues(item, inPlace)),
      components: directComponents(components, Object.fromEntries(split), directions),
    },
    operations: directed,
  };
}

/** Most documents have no write-only properties: their responses, most of what there is, stay as they are. */
function directionsOf(
  schemas: readonly unknown[],
  flags: PropertyFlags,
  rename: (name: string) => string,
): Directions {
  const isSame = !schemas.some((schema) => mentions("writeOnly", schema));
  return {
    request: (schema) => withoutProperties(schema, { flags, flag: "readOnly", rename }),
    response: (schema) =>
      isSame ? schema : withoutProperties(schema, { flags, flag: "writeOnly", rename: (name) => name }),
  };
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
