/** Their values are data: what looks like a schema or a reference in them is none. */
const DATA: ReadonlySet<string> = new Set([
  "example",
  "examples",
  "default",
  "enum",
  "const",
  "discriminator",
  "xml",
]);

/**
 * Their values are maps, whose keys are names: a property may be called `example`, and a response of Swagger 2.0
 * `default`. Of documents, those of Swagger 2.0 alone are gone through by keywords, so it has its own here too.
 */
const MAPS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
  "paths",
  "parameters",
  "responses",
  "headers",
]);

/** They say something of a value without restricting it; extensions are such too. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "summary",
  "description",
  "default",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "externalDocs",
  "xml",
  "$comment",
  "$id",
  "$schema",
  "$anchor",
  "$dynamicAnchor",
]);

/** @param isName - whether the key is one of a map, and so means nothing by itself; default false */
export function isData(key: string, isName = false): boolean {
  return !isName && DATA.has(key);
}

/** Whether the keys of the value below this key are names. */
export function isMap(key: string, isName = false): boolean {
  return !isName && MAPS.has(key);
}

export function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || keyword.startsWith("x-");
}
