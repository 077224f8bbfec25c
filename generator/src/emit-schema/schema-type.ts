import { asArray, isObject, type JsonObject, own, refOf } from "../document.ts";
import { schemaNamed } from "../schema-refs.ts";
import { arrayType } from "./array-type.ts";
import { literalType } from "./literal-type.ts";
import { objectType } from "./object-type.ts";
import {
  ANYTHING,
  BOOLEAN,
  intersectionOf,
  NOTHING,
  NULL,
  NUMBER,
  named,
  type Printable,
  STRING,
  unionOf,
} from "./printable.ts";
import { namesIn, type SchemaPlace, startPlace, type TypeContext } from "./schema-place.ts";

/**
 * The type of a schema. What types cannot say (`not`, `if`, `dependentSchemas`, constraints) adds nothing to it.
 *
 * @see JSON Schema 2020-12
 */
export function schemaType(context: TypeContext, schema: unknown, place: SchemaPlace): Printable {
  if (schema === false || isImpossible(schema)) return NOTHING;
  if (!isObject(schema)) return ANYTHING;
  const isCombination = COMBINING.some((keyword) => schema[keyword] !== undefined);
  const isCombined = isCombination || place.around.length > 0;
  const core = coreType(context, schema, { ...place, isCombined });
  const whole = isCombination
    ? intersectionOf([...referenceType(context, schema), ...combinedTypes(context, schema, place), core])
    : core;
  return isNullable(schema) && whole !== ANYTHING ? unionOf([whole, NULL]) : whole;
}

/** The type of a value within another: a property's, an element's. */
function innerType(context: TypeContext, schema: unknown, { bytes }: SchemaPlace): Printable {
  return schemaType(context, schema, startPlace(bytes));
}

const COMBINING = ["$ref", "allOf", "anyOf", "oneOf"];

/** Keywords by which a schema says something of the properties that a schema combined with it has. */
const RESTRICTING = [...COMBINING, "properties", "required", "additionalProperties", "patternProperties"];

function isImpossible(schema: unknown): boolean {
  const not = own(schema, "not");
  return not === true || (isObject(not) && Object.keys(not).length === 0);
}

function isNullable(schema: JsonObject): boolean {
  return schema["nullable"] === true || asArray(schema["type"]).includes("null");
}

function referenceType({ names }: TypeContext, schema: JsonObject): Printable[] {
  const ref = refOf(schema);
  const name = names.get(schemaNamed(ref) ?? "");
  return ref === undefined ? [] : [name === undefined ? ANYTHING : named(name)];
}

/** Each part knows of the others: what one requires another may declare. */
function combinedTypes(context: TypeContext, schema: JsonObject, place: SchemaPlace): Printable[] {
  const required = new Set([...place.required, ...namesIn(schema["required"])]);
  const typesOf = (keyword: string) => {
    const members = asArray(schema[keyword]);
    const { [keyword]: _, ...rest } = schema;
    // The members of a union say nothing of each other.
    const others = keyword === "allOf" && members.length > 1 ? schema : rest;
    const around = RESTRICTING.some((key) => others[key] !== undefined)
      ? [...place.around, others]
      : place.around;
    const isTold = keyword !== "allOf" && schema["discriminator"] !== undefined;
    return members.map((member) => {
      const type = schemaType(context, member, { ...place, required, around });
      const part = isTold ? context.memberParts.get(schemaNamed(refOf(member)) ?? "") : undefined;
      return part === undefined ? type : intersectionOf([type, part]);
    });
  };
  const unions = ["anyOf", "oneOf"].map(typesOf).filter((types) => types.length > 0);
  return [...typesOf("allOf"), ...unions.map(unionOf)];
}

/** What the schema says without the schemas that it is combined of. */
function coreType(
  context: TypeContext,
  schema: JsonObject,
  place: SchemaPlace & { readonly isCombined: boolean },
): Printable {
  if (schema["const"] !== undefined) return literalType(schema["const"]);
  const values = asArray(schema["enum"]);
  if (values.length > 0) return unionOf(values.map(literalType));
  const types = typesIn(schema).map((type) => typeOf(type, { context, schema, place }));
  const [first = ANYTHING] = types;
  return types.length < 2 ? first : unionOf(types);
}

/** Without a `type`, what else is said tells it; null is added to the whole. */
function typesIn(schema: JsonObject): unknown[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  const types = asArray(type);
  if (types.length > 0)
    return types.every((one) => one === "null") ? ["null"] : types.filter((one) => one !== "null");
  if (OF_OBJECTS.some((keyword) => schema[keyword] !== undefined)) return ["object"];
  if (OF_ARRAYS.some((keyword) => schema[keyword] !== undefined)) return ["array"];
  return OF_BYTES.some((keyword) => schema[keyword] !== undefined) ? ["string"] : [];
}

const OF_OBJECTS = ["properties", "additionalProperties", "patternProperties", "required"];

const OF_ARRAYS = ["items", "prefixItems"];

const OF_BYTES = ["contentMediaType", "contentEncoding"];

interface Core {
  readonly context: TypeContext;
  readonly schema: JsonObject;
  readonly place: SchemaPlace & { readonly isCombined: boolean };
}

function typeOf(type: unknown, { context, schema, place }: Core): Printable {
  switch (type) {
    case "string":
      return isBinary(schema) ? place.bytes : STRING;
    case "number":
    case "integer":
      return NUMBER;
    case "boolean":
      return BOOLEAN;
    case "null":
      return NULL;
    case "array":
      return arrayType(schema, (inner) => innerType(context, inner, place));
    case "object":
      return objectType(schema, { context, place, typeOf: (inner) => innerType(context, inner, place) });
    default:
      return ANYTHING;
  }
}

/** OpenAPI 3.0 says it by the format; since 3.1, by a media type that no text has, or by the lack of an encoding. */
function isBinary({ format, contentMediaType, contentEncoding }: JsonObject): boolean {
  if (format === "binary") return true;
  if (typeof contentEncoding === "string") return /^(binary|8bit)$/i.test(contentEncoding);
  return typeof contentMediaType === "string" && BINARY_MEDIA.test(contentMediaType);
}

const BINARY_MEDIA = /^(image\/(?!svg)|audio\/|video\/|application\/(octet-stream|pdf|zip|gzip)$)/i;
