import { asArray, asObject, isObject, type JsonObject, own, refOf, resolve } from "../document.ts";
import { namesIn } from "./schema-place.ts";

/**
 * The schema of a property, as the first says that declares it of some schemas that hold together; looks into those
 * that they are combined of as well. `true` and `false` are such schemas too.
 */
export function findDeclaration(
  document: JsonObject,
  schemas: readonly unknown[],
  name: string,
  seen = new Set<unknown>(),
  depth = 0,
): unknown {
  for (const schema of schemas) {
    if (!isObject(schema) || depth > MAX_DEPTH || seen.has(schema)) continue;
    seen.add(schema);
    const declared = own(asObject(schema["properties"]), name);
    if (declared !== undefined) return declared;
    const parts = [...targetOf(document, schema), ...UNIONS.flatMap((keyword) => asArray(schema[keyword]))];
    const below = findDeclaration(document, [...parts, ...asArray(schema["allOf"])], name, seen, depth + 1);
    if (below !== undefined) return below;
  }
  return undefined;
}

/**
 * Whether the schemas that this one is combined of see to it that a property that it requires is there: one that is
 * written in place is told what is required; one that is referred to has to say so itself.
 */
export function isRequiredBelow(document: JsonObject, schema: JsonObject, name: string): boolean {
  return isInParts({ document, name, known: new Map() }, schema, true);
}

interface Question {
  readonly document: JsonObject;
  readonly name: string;
  /** Answers for schemas that are referred to, perhaps many times; false while it is being looked for. */
  readonly known: Map<JsonObject, boolean>;
}

const UNIONS = ["oneOf", "anyOf"];

/** Of schemas within schemas that are combined. */
const MAX_DEPTH = 50;

function isInParts(question: Question, schema: JsonObject, isInPlace: boolean): boolean {
  if (targetOf(question.document, schema).some((target) => isInTarget(question, target))) return true;
  if (asArray(schema["allOf"]).some((part) => isIn(question, part, isInPlace))) return true;
  return UNIONS.some((keyword) => {
    const members = asArray(schema[keyword]);
    return members.length > 0 && members.every((member) => isIn(question, member, isInPlace));
  });
}

function isInTarget(question: Question, target: JsonObject): boolean {
  const { known } = question;
  if (!known.has(target) && known.size <= MAX_DEPTH) {
    known.set(target, false);
    known.set(target, isIn(question, target, false));
  }
  return known.get(target) === true;
}

function isIn(question: Question, schema: unknown, isInPlace: boolean): boolean {
  if (!isObject(schema)) return false;
  if (namesIn(schema["required"]).includes(question.name)) return true;
  if (isInPlace && own(asObject(schema["properties"]), question.name) !== undefined) return true;
  return isInParts(question, schema, isInPlace);
}

function targetOf(document: JsonObject, schema: JsonObject): JsonObject[] {
  return refOf(schema) === undefined ? [] : [resolve(document, schema)];
}

const SCALARS = new Set(["string", "number", "integer", "boolean"]);

/** Whether the type of a schema is a string, a number, a boolean or some of their values, and nothing else. */
export function isScalar(document: JsonObject, value: unknown): boolean {
  const schema = resolve(document, value);
  const { type } = schema;
  const isCombined = ["allOf", ...UNIONS].some((keyword) => schema[keyword] !== undefined);
  return typeof type === "string" && SCALARS.has(type) && !isCombined;
}
