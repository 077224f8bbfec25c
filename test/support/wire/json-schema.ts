import { type Fields, fieldsOf, listOf, type SourceDocument, textOf } from "./source-document.ts";

/** A schema of JSON Schema 2020-12 whose references are `wire#/$defs/<name>`. */
export type Schema = boolean | Fields;

/** The schemas of a document in one dialect, translated when they are asked for. */
export interface Schemas {
  /** Every schema that another refers to, by name. */
  readonly defs: Readonly<Record<string, Schema>>;
  translate(node: unknown): Schema;
}

/** What all names of a sampled object depend on: `required` is only what both directions require. */
export const REQUIRED = "x-required";
const DEFS = "wire#/$defs/";

const MAPS = new Set(["properties", "patternProperties", "dependentSchemas"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const SINGLE = new Set([
  "items",
  "additionalProperties",
  "not",
  "contains",
  "propertyNames",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema",
]);
const COPIED = new Set(
  (
    "const minLength maxLength minItems maxItems uniqueItems minProperties maxProperties multipleOf minimum maximum " +
    "format readOnly writeOnly contentEncoding contentMediaType default"
  ).split(" "),
);
const TYPES = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

/** The schema that a reference of a translated schema leads to. */
export function followSchema(schema: Schema, defs: Schemas["defs"]): Schema | undefined {
  const ref = textOf(fieldsOf(schema)["$ref"]);
  return ref === undefined ? undefined : defs[ref.slice(DEFS.length)];
}

/** Translates the schemas of 2.0, 3.0, 3.1 and 3.2 alike; what is malformed allows anything. */
export function createSchemas(source: SourceDocument): Schemas {
  const names = new Map<string, string>();
  const defs: Record<string, Schema> = {};
  const refer = (ref: string): string => {
    const known = names.get(ref);
    if (known !== undefined) return DEFS + known;
    const name = `d${names.size}`;
    names.set(ref, name);
    defs[name] = true;
    defs[name] = translate(source.follow({ $ref: ref }));
    return DEFS + name;
  };
  const translate = (node: unknown): Schema => {
    if (typeof node !== "object" || node === null || Array.isArray(node)) return node !== false;
    const fields = fieldsOf(node);
    const ref = textOf(fields["$ref"]);
    if (ref === undefined) return widenByNull(fields, translateFields(fields, source, translate));
    const { $ref: _, ...siblings } = fields;
    // Before 3.1 they were to be ignored; who wrote them meant them all the same.
    return { $ref: refer(ref), ...translateFields(siblings, source, translate) };
  };
  return { defs, translate };
}

function translateFields(
  fields: Fields,
  source: SourceDocument,
  translate: (node: unknown) => Schema,
): Fields {
  const schema: Record<string, unknown> = {};
  const entries = Object.entries(fields);
  for (const [key, value] of entries) {
    if (MAPS.has(key)) {
      const pairs = Object.entries(fieldsOf(value)).filter(([name]) => isPattern(key, name));
      schema[key] = Object.fromEntries(pairs.map(([name, node]) => [name, translate(node)]));
    } else if (LISTS.has(key)) {
      const members = listOf(value).map(translate);
      if (members.length > 0) schema[key] = members;
    } else if (key === "items" && Array.isArray(value)) schema["prefixItems"] = value.map(translate);
    else if (SINGLE.has(key)) schema[key] = translate(value);
    else if (COPIED.has(key)) schema[key] = value;
  }
  Object.assign(schema, translateType(fields), translateBounds(fields), translateRequired(fields, source));
  if (Array.isArray(fields["enum"]) && fields["enum"].length > 0)
    schema["enum"] = [...new Set(fields["enum"])];
  if (typeof fields["pattern"] === "string" && isPattern("patternProperties", fields["pattern"]))
    schema["pattern"] = fields["pattern"];
  return schema;
}

function isPattern(keyword: string, pattern: string): boolean {
  if (keyword !== "patternProperties") return true;
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    return false; // A pattern of another language: nothing can be said of it.
  }
}

function translateType({ type, format }: Fields): Fields {
  if (type === "file") return { type: "string", format: "binary" };
  const types = [type].flat().filter((name) => typeof name === "string" && TYPES.has(name));
  if (types.length === 0) return {};
  return { type: types.length === 1 ? types[0] : types, ...(format !== undefined && { format }) };
}

/** Draft 4 has booleans beside the bounds. */
function translateBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Fields): Fields {
  return {
    ...(typeof exclusiveMinimum === "number" && { exclusiveMinimum }),
    ...(typeof exclusiveMaximum === "number" && { exclusiveMaximum }),
    ...(exclusiveMinimum === true && typeof minimum === "number" && { exclusiveMinimum: minimum }),
    ...(exclusiveMaximum === true && typeof maximum === "number" && { exclusiveMaximum: maximum }),
  };
}

/** What is read-only is not required of a request, what is write-only not of a response. */
function translateRequired({ required, properties }: Fields, source: SourceDocument): Fields {
  const names = listOf(required).filter((name) => typeof name === "string");
  if (names.length === 0) return {};
  const isPlain = (name: string) => {
    const own = fieldsOf(fieldsOf(properties)[name]);
    return [own, fieldsOf(source.follow(own))].every(
      (schema) => schema["readOnly"] !== true && schema["writeOnly"] !== true,
    );
  };
  return { required: [...new Set(names.filter(isPlain))], [REQUIRED]: names };
}

/** 3.0's `nullable` says something only beside a type. */
function widenByNull(fields: Fields, schema: Fields): Fields {
  if (fields["nullable"] !== true || schema["type"] === undefined) return schema;
  const { enum: values } = schema;
  return {
    ...schema,
    type: [schema["type"], "null"].flat(),
    ...(Array.isArray(values) && !values.includes(null) && { enum: [...values, null] }),
  };
}
