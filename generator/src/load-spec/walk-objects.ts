import type { JsonObject } from "../document.ts";

/** Keys whose values are maps from names to objects: a name in them means nothing by itself. */
const MAPS = new Set(
  (
    "schemas responses parameters requestBodies headers pathItems links callbacks securitySchemes " +
    "paths webhooks content encoding properties patternProperties dependentSchemas $defs definitions"
  ).split(" "),
);

/** Keys whose values are data: what looks like a schema or a reference in them is none. */
const DATA = /^(example|examples|default|enum|const|value|x-.*)$/;

/** Far deeper than any document; a YAML alias to its own parent has no end. */
const MAX_DEPTH = 400;

/** Far more than any document; YAML aliases can blow up a few lines to billions of nodes. */
const MAX_NODES = 5_000_000;

type Path = readonly (string | number)[];

/**
 * Visits every object of a document that means something by its place, in document order: not the maps of
 * names, and nothing within examples, defaults, constants and extensions.
 *
 * @throws {RangeError} when the document has no end
 */
export function walkObjects(document: JsonObject, visit: (object: JsonObject, path: Path) => void): void {
  const path: (string | number)[] = [];
  let nodes = 0;

  const enter = (value: unknown, isMap: boolean): void => {
    if (typeof value !== "object" || value === null) return;
    nodes += 1;
    if (path.length > MAX_DEPTH || nodes > MAX_NODES)
      throw new RangeError("is nested too deeply or too large");
    if (!isMap && !Array.isArray(value)) visit(value as JsonObject, path);
    for (const [key, inner] of Object.entries(value)) {
      if (!isMap && DATA.test(key)) continue;
      path.push(key);
      enter(inner, !isMap && MAPS.has(key) && !Array.isArray(inner));
      path.pop();
    }
  };
  enter(document, false);
}
