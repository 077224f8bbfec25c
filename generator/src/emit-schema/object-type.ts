import { asObject, isObject, type JsonObject } from "../document.ts";
import { findDeclaration, isRequiredBelow, isScalar } from "./declarations.ts";
import {
  ANYTHING,
  isShort,
  made,
  NOTHING,
  type Printable,
  type PropertyShape,
  UNDEFINED,
  unionOf,
} from "./printable.ts";
import { schemaDocs } from "./schema-docs.ts";
import { namesIn, type SchemaPlace, type TypeContext } from "./schema-place.ts";

interface ObjectPlace {
  readonly context: TypeContext;
  readonly place: SchemaPlace & { readonly isCombined: boolean };
  /** The type of what is within the object. */
  readonly typeOf: (schema: unknown) => Printable;
}

/** What the schema itself says of an object's properties. */
export function objectType(schema: JsonObject, at: ObjectPlace): Printable {
  const properties = [...ownProperties(schema, at), ...requiredElsewhere(schema, at)];
  const values = valuesType(schema, at);
  if (properties.length > 0) return withProperties(properties, values);
  if (at.place.isCombined) return values === undefined ? ANYTHING : mapOf(values);
  const isEmpty = schema["additionalProperties"] === false && values === undefined;
  return mapOf(values ?? (isEmpty ? NOTHING : ANYTHING));
}

function mapOf(values: Printable): Printable {
  if (values === ANYTHING || values === NOTHING) return made({ kind: "record", values });
  // Unlike a Record, this may hold itself.
  return made({ kind: "object", properties: [], values });
}

/** Every property has to be one of the values that an index signature in the same type says. */
function withProperties(properties: readonly PropertyShape[], values: Printable | undefined): Printable {
  if (values === undefined || values === ANYTHING)
    return made({ kind: "object", properties, ...(values && { values }) });
  const types = properties.map(({ type }) => type);
  const missing = properties.some(({ isOptional }) => isOptional) ? [UNDEFINED] : [];
  const isSayable = types.every(isShort);
  return made({
    kind: "object",
    properties,
    values: isSayable ? unionOf([values, ...types, ...missing]) : ANYTHING,
  });
}

function ownProperties(schema: JsonObject, { place, typeOf }: ObjectPlace): PropertyShape[] {
  const required = new Set([...namesIn(schema["required"]), ...place.required]);
  return Object.entries(asObject(schema["properties"])).map(([name, property]) => ({
    name,
    type: typeOf(property),
    isOptional: !required.has(name),
    isReadonly: isObject(property) && property["readOnly"] === true,
    docs: schemaDocs(property),
  }));
}

/** Met with the type of an optional property, this leaves all of it but undefined. */
const PRESENT: Printable = { type: { kind: "text", text: "{} | null" } };

/** Names that are required here, yet declared by a schema that this one is combined with, or by none. */
function requiredElsewhere(schema: JsonObject, { context, place, typeOf }: ObjectPlace): PropertyShape[] {
  const own = asObject(schema["properties"]);
  const { document } = context;
  const names = new Set(namesIn(schema["required"]));
  return [...names].flatMap((name): PropertyShape[] => {
    if (Object.hasOwn(own, name)) return [];
    if (place.around.some((other) => namesIn(other["required"]).includes(name))) return [];
    if (isRequiredBelow(document, schema, name)) return [];
    const declared = findDeclaration(document, [schema, ...place.around], name);
    if (declared === undefined) return [{ name, type: ANYTHING }];
    return [{ name, type: isScalar(document, declared) ? typeOf(declared) : PRESENT }];
  });
}

/** What the properties that are not named may be. Undefined when there are none, or nothing is said of them. */
function valuesType(schema: JsonObject, { place, typeOf }: ObjectPlace): Printable | undefined {
  const { additionalProperties, unevaluatedProperties } = schema;
  const further = additionalProperties ?? (place.isCombined ? undefined : unevaluatedProperties);
  const patterns = Object.values(asObject(schema["patternProperties"]));
  const schemas = [...(further === undefined ? [] : [further]), ...patterns];
  const types = schemas.filter((value) => value !== false).map(typeOf);
  if (types.length === 0) return undefined;
  // The properties of the schemas that this one is combined with need not be such values.
  return place.isCombined ? ANYTHING : unionOf(types);
}
