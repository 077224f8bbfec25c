import { asArray, asObject, isObject, type JsonObject, refOf, resolve } from "../document.ts";
import { inheritedFlag } from "../inherited-flag.ts";
import { requestFormatOf } from "../media-type.ts";
import { combinedSchemas } from "./combined-schemas.ts";

/** What was found out of a document's schemas, which many operations may share. */
interface Known {
  readonly isReadOnly: (schema: unknown) => boolean;
  readonly required: WeakMap<JsonObject, readonly string[]>;
}

const knownOf = new WeakMap<JsonObject, Known>();

/**
 * The properties that a form must have, by its schema, those that it refers to and those that it is made of. What is
 * read-only is never sent.
 *
 * @param options.omit - read-only properties
 * @returns undefined for none
 */
export function requiredProperties(
  document: JsonObject,
  { mediaType, media, omit }: { mediaType: string; media: JsonObject; omit: readonly string[] },
): readonly string[] | undefined {
  const format = requestFormatOf(mediaType);
  if (format !== "multipart" && format !== "urlencoded") return undefined;
  const omitted = new Set(omit);
  const sent = requiredBy(document, media["schema"]).filter((name) => !omitted.has(name));
  return sent.length > 0 ? sent : undefined;
}

function requiredBy(document: JsonObject, schema: unknown): readonly string[] {
  if (!isObject(schema)) return [];
  const { isReadOnly, required } = knowledgeOf(document);
  // Every operation has a reference of its own to what they share.
  const isAlias = refOf(schema) !== undefined && Object.keys(schema).length === 1;
  const shared = isAlias ? resolve(document, schema) : schema;
  const names = required.get(shared) ?? findRequired(combinedSchemas(document, shared), isReadOnly);
  required.set(shared, names);
  return names;
}

function findRequired(schemas: readonly JsonObject[], isReadOnly: Known["isReadOnly"]): string[] {
  const names = new Set(
    schemas.flatMap(({ required }) => asArray(required)).filter((name) => typeof name === "string"),
  );
  for (const { properties } of schemas)
    for (const [name, value] of Object.entries(asObject(properties))) {
      if (names.has(name) && isReadOnly(value)) names.delete(name);
    }
  return [...names];
}

function knowledgeOf(document: JsonObject): Known {
  const known = knownOf.get(document) ?? {
    isReadOnly: inheritedFlag(document, ({ readOnly }) => (readOnly === true ? true : undefined)),
    required: new WeakMap(),
  };
  knownOf.set(document, known);
  return known;
}
