type Fields = Readonly<Record<string, unknown>>;

/** A document with these paths. */
export function documentOf(openapi: string, paths: Fields, rest: Fields = {}): object {
  return { openapi, info: { title: "Cells", version: "1" }, paths, ...rest };
}

export const fine = { responses: { "204": { description: "Fine." } } };

export const text = { type: "string" };
export const integer = { type: "integer" };
export const texts = { type: "array", items: text, minItems: 1 };
export const numbers = { type: "array", items: { type: "number" }, minItems: 1 };
/** Keys that a document knows, and keys that it does not. */
export const record = {
  type: "object",
  required: ["R"],
  properties: { R: integer, "G b": text, "B&=": text },
};
export const map = { type: "object", additionalProperties: text, minProperties: 1 };

/** A schema as the content of a media type. */
export function contentOf(mediaType: string, schema: unknown, rest: Fields = {}): Fields {
  return { [mediaType]: { schema, ...rest } };
}
